/** Scope conditions and clients, as tables over plain records. */
import t from 'tap';
import { findClient, type Registry } from '../../src/registry/client.js';
import { POLICY } from '../../src/registry/policy.js';
import { allowsScope, defaultScopes, type ResourceConnection } from '../../src/registry/resource-connection.js';

const connection = (scopeCondition: ResourceConnection['scopeCondition'], scopes: string[]): ResourceConnection => ({
  ...{ id: 'mcn', agentId: 'wlp', connectionType: 'IDENTITY_ASSERTION_APP_INSTANCE', targetId: '0oa' },
  ...{ issuerUrl: 'https://ras.example', scopeCondition, scopes, status: 'ACTIVE', created: '' },
});

t.test('scope conditions', async (t) => {
  const declared = ['read', 'write', 'openid'];
  const table: [ResourceConnection['scopeCondition'], string[], [boolean, boolean, boolean], string[]][] = [
    ['ALL_SCOPES', [], [true, true, true], ['read', 'write']],
    ['ALL_SCOPES', ['read'], [true, true, true], ['read', 'write']],
    ['INCLUDE_ONLY', ['read', 'email'], [true, false, false], ['read']],
    ['INCLUDE_ONLY', [], [false, false, false], []],
    ['EXCLUDE', ['read'], [false, true, true], ['write']],
    ['EXCLUDE', [], [true, true, true], ['read', 'write']],
  ];
  for (const [condition, scopes, allowed, byDefault] of table) {
    const row = connection(condition, scopes);
    t.same(
      ['read', 'write', 'undeclared'].map((scope) => allowsScope(row, scope)),
      allowed,
      `${condition} ${scopes}`,
    );
    t.same(defaultScopes(row, declared), byDefault, `${condition} ${scopes}`);
    t.ok(
      defaultScopes(row, declared).every((scope) => allowsScope(row, scope)),
      'the default is what may be asked for',
    );
  }
});

t.test('a client that nobody registered is none', async (t) => {
  const empty: Registry = { get: () => undefined, findBy: () => [] };
  t.equal(findClient(empty, '__proto__'), undefined);
});

t.test('every policy row says where it comes from', async (t) => {
  for (const rule of Object.values(POLICY).flat()) {
    t.ok(rule.source.document.length > 0 && rule.source.section.length > 0, rule.name);
  }
});
