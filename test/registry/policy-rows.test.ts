/** Scope conditions, username formats and clients, as tables over plain records. */
import t from 'tap';
import { NameIdFormat } from '../../src/registry/application.js';
import { findClient, type Registry } from '../../src/registry/client.js';
import { POLICY } from '../../src/registry/policy.js';
import { allowsScope, defaultScopes, type ResourceConnection } from '../../src/registry/resource-connection.js';
import type { User } from '../../src/registry/user.js';
import { applicationUsername } from '../../src/registry/username-format.js';

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

t.test('username formats', async (t) => {
  const profile = {
    login: 'a.adams',
    email: 'alice@example.com',
    firstName: '',
    lastName: '',
    locale: '',
    timezone: '',
  };
  const user: User = { id: '00u', status: 'ACTIVE', profile, created: '', lastUpdated: '', statusChanged: '' };
  const table = { OKTA_USERNAME: 'a.adams', EMAIL: 'alice@example.com', EMAIL_PREFIX: 'alice' } as const;
  for (const [usernameFormat, expected] of Object.entries(table)) {
    const nameIdFormat = NameIdFormat.enum['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'];
    const urls = { externalKey: 'exk', ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example' };
    const saml = { ...urls, nameIdFormat, usernameFormat: usernameFormat as keyof typeof table };
    t.equal(applicationUsername(saml, user), expected);
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
