/** The catalogue as a whole: as many rows as our list has ids, each of which can be minted; and the recipes for more. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { BEYOND, CATALOGUED, NOT_EXPRESSED } from '../../docs/edge-case-counts.js';
import { edgeCasesDocument } from '../../docs/print-edge-cases.js';
import { findEdgeCases, shippedEdgeCases } from '../../src/edge-cases/catalogue.js';
import {
  EdgeCase,
  EdgeCaseList,
  needsOf,
  situationOf,
  tokenEditsOf,
  verdictOf,
} from '../../src/edge-cases/edge-case.js';
import { ROWS } from '../../src/edge-cases/rows.js';
import { GIVEN_NAMES } from '../../src/edge-cases/values.js';
import { edgeCaseOrg, GIVEN, minted } from '../support/edge-case-org.js';
import { parts } from '../support/forge.js';

const org = await edgeCaseOrg();
const rows = ROWS.map((row) => EdgeCase.parse(row));

t.test('one row for each id of our list, but for those that are said not to be expressed', async (t) => {
  t.strictSame(new Set(rows.map(({ name }) => name)).size, rows.length, 'no name stands twice');
  for (const [group, { ids }] of Object.entries(CATALOGUED)) {
    const left = NOT_EXPRESSED.filter((one) => one.group === group).length;
    const more = BEYOND.filter((one) => one.group === group).length;
    t.equal(rows.filter((row) => row.group === group).length, ids - left + more, group);
  }
  t.strictSame(
    NOT_EXPRESSED.filter(({ id }) => rows.some(({ name }) => name === id)),
    [],
  );
});

t.test('every row can be minted, and is told with its verdict', async (t) => {
  for (const row of rows) {
    const told = await minted(org, { edgeCases: [row.name] });
    t.match(told, { verdict: verdictOf(row), expect: row.expect, edgeCases: [{ name: row.name, note: row.note }] });
    t.doesNotThrow(() => JSON.stringify(told), row.name);
  }
});

t.test('every row says something: it bends the token, or something around it', async (t) => {
  const silent = rows.filter((row) => Object.keys({ ...tokenEditsOf(row), ...situationOf(row) }).length === 0);
  t.strictSame(
    silent.map(({ name }) => name),
    [],
  );
});

t.test('what rows need is given in the tests, and each value that can be given is needed by one', async (t) => {
  t.strictSame(Object.keys(GIVEN).sort(), [...GIVEN_NAMES].sort());
  const needed = new Set(rows.flatMap((row) => needsOf(row)));
  t.strictSame(
    GIVEN_NAMES.filter((name) => !needed.has(name)),
    [],
  );
});

t.test('where either answer is right, neither is demanded', async (t) => {
  const demanded = rows.filter((row) => verdictOf(row) === 'either' && row.level === 'MUST' && !row.checks);
  t.strictSame(
    demanded.map(({ name }) => name),
    [],
    'but for what the answer is looked at for',
  );
});

t.test('a controls group has good ones: who refuses everything fails', async (t) => {
  const good = findEdgeCases((await shippedEdgeCases()).values(), { verdict: 'accept' });
  t.ok(good.length >= 30, `${good.length} must be granted`);
});

t.test('the recipes work as they are written, and are short', async (t) => {
  const blocks = [...readFileSync('docs/recipes.md', 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  t.strictSame(
    blocks.map(([, language]) => language),
    ['json', 'ts', 'ts'],
  );
  for (const [, , code = ''] of blocks) t.ok(code.trim().split('\n').length < 15);
  const [row] = EdgeCaseList.parse(JSON.parse(blocks[0]?.[2] ?? ''));
  t.match(row, { name: 'email-of-the-admin', group: 'own' });
  const { token } = await minted(org, { claims: row?.claims });
  t.equal(parts(token).claims.email, 'admin@example.com');
});

t.test('what is not expressed is listed with the reason', async (t) => {
  const missing = [{ id: 'some-id', group: 'A1', why: 'nobody can say it' }] as const;
  t.match(edgeCasesDocument(rows, missing), '| `some-id` | A1 | nobody can say it |');
  t.match(edgeCasesDocument(rows, []), 'None: each id has a row.');
});

t.test('what a row bends is not something else by chance', async (t) => {
  const { token } = await minted(org, { edgeCases: ['jti-not-string'] });
  const { jti } = parts(token).claims;
  t.ok(Object.keys(jti as object).length > 0, 'an object without members counts for nothing in some languages');
});

t.test('a resource that is not one of the server is of one level, however it is written', async (t) => {
  const foreign = rows.filter(({ name, group, expect }) => {
    return group === 'A6' && name.startsWith('resource-') && verdictOf({ expect }) === 'reject';
  });
  // What a server demands by its own policy is another matter.
  const levels = foreign.filter(({ requires }) => !requires).map(({ name, level }) => [name, level]);
  t.strictSame(
    levels.filter(([, level]) => level !== 'SHOULD'),
    [],
  );
  t.ok(levels.length >= 7);
});

t.test('what RFC 7519 demands of issuers is no duty of the server', async (t) => {
  for (const name of ['ok-same-jti-other-issuer', 'jti-cross-issuer'])
    t.equal(rows.find((row) => row.name === name)?.level, 'SHOULD', name);
});
