/** The bender: whatever a patch says comes out, and what it does not say stays as it was, byte for byte. */
import fc from 'fast-check';
import t from 'tap';
import { mint } from '../../src/control/mint.js';
import { MintRequest } from '../../src/control/mint-request.js';
import type { Patch } from '../../src/edge-cases/edits.js';
import { formIn, referencesIn, type Value } from '../../src/edge-cases/values.js';
import { isMistake } from '../../src/protocol/mistake.js';
import { bend } from '../../src/tokens/bend/bend.js';
import { signFor } from '../../src/tokens/unsigned-jws.js';
import { edgeCaseOrg, GIVEN, minted } from '../support/edge-case-org.js';
import { orgKey } from '../support/forge.js';

const org = await edgeCaseOrg();

const segment = (token: string, at: number) => Buffer.from(token.split('.')[at] ?? '', 'base64url').toString();
/** Names and values, as a reader of JSON has them who takes the last of two. */
const entriesOf = (json: string): [string, unknown][] => Object.entries(JSON.parse(json));

/** What a person may write plainly; the rest as literal. */
const isPlain = (value: Value): boolean => {
  if (typeof value === 'string') return referencesIn(value).length === 0;
  if (typeof value !== 'object' || value === null) return true;
  return formIn(value) === undefined && Object.values(value).every((one) => isPlain(one as Value));
};
const written = (value: Value): Value => (isPlain(value) ? value : { $literal: value });

const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Value);
const valueText = json.map((value) => ({ value, text: written(value) }));
const name = fc.oneof(
  fc.constantFrom('iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'scope', 'typ', 'kid', 'alg', 'act', 'email', 'new'),
  fc.string({ maxLength: 10 }).filter((one) => one !== '__proto__'),
);
const anyName = fc.oneof(name, fc.constant('__proto__'));
const pairs = fc.array(fc.tuple(anyName, valueText), { minLength: 1, maxLength: 3 });
const record = fc.dictionary(name, valueText, { minKeys: 1, maxKeys: 4 });

const patches = fc
  .record(
    {
      only: record,
      set: record,
      remove: fc.array(name, { minLength: 1, maxLength: 3 }),
      prepend: pairs,
      append: pairs,
    },
    { requiredKeys: [] },
  )
  .filter((patch) => Object.keys(patch).length > 0);
type Arbitrated = typeof patches extends fc.Arbitrary<infer T> ? T : never;

type Texts = Readonly<Record<string, { readonly value: Value; readonly text: Value }>>;
const textsOf = (texts: Texts) => Object.fromEntries(Object.entries(texts).map(([key, { text }]) => [key, text]));

/** As it is sent. */
function patchOf({ only, set, remove, prepend, append }: Arbitrated): Patch {
  const list = (all: NonNullable<typeof append>) => all.map(([key, { text }]) => [key, text] as [string, Value]);
  return {
    ...(only && { only: textsOf(only) }),
    ...(set && { set: textsOf(set) }),
    ...(remove && { remove }),
    ...(prepend && { prepend: list(prepend) }),
    ...(append && { append: list(append) }),
  };
}

/** What is to come of it, worked out over a map: the last of a name counts. */
function expected(good: readonly [string, unknown][], patch: Arbitrated): Map<string, unknown> {
  const { only, set = {}, remove = [], prepend = [], append = [] } = patch;
  const base = new Map(only ? Object.entries(only).map(([key, { value }]) => [key, value] as const) : good);
  for (const [key, { value }] of Object.entries(set)) base.set(key, value);
  for (const key of remove) base.delete(key);
  const first = prepend.map(([key, { value }]) => [key, value] as const);
  const last = append.map(([key, { value }]) => [key, value] as const);
  return new Map([...first, ...base, ...last]);
}

const sorted = (entries: Iterable<readonly [string, unknown]>) =>
  [...entries].sort(([one], [other]) => (one < other ? -1 : 1));

t.test('whatever a patch of the claims says comes out, and nothing else changes', async (t) => {
  await fc.assert(
    fc.asyncProperty(patches, async (patch) => {
      const { jti } = (await minted(org)).claims as { jti: string };
      // The id is random: given, so that both tokens have the same.
      const good = await minted(org, { claims: { set: { jti } } });
      const same = patch.only ? patch : { ...patch, set: { jti: { value: jti, text: jti }, ...patch.set } };
      const { token } = await minted(org, { claims: patchOf(same) });
      t.strictSame(sorted(entriesOf(segment(token, 1))), sorted(expected(entriesOf(segment(good.token, 1)), same)));
      t.equal(segment(token, 0), segment(good.token, 0));
    }),
    { numRuns: 300 },
  );
});

t.test('whatever a patch of the header says comes out, and the claims stay', async (t) => {
  const good = entriesOf(segment((await minted(org)).token, 0));
  await fc.assert(
    fc.asyncProperty(patches, async (patch) => {
      const { token } = await minted(org, { header: patchOf(patch) });
      t.strictSame(sorted(entriesOf(segment(token, 0))), sorted(expected(good, patch)));
      t.match(JSON.parse(segment(token, 1)), { iss: 'https://idp.example', sub: '00uAlice000000000001' });
    }),
    { numRuns: 200 },
  );
});

t.test('a patch that names what there is not is refused, at any depth', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<[Value, RegExp]>(
        ['{nobody}', /names no value/],
        [{ deep: ['{issuer:sideways}'] }, /respelling/],
        [{ $when: 3 }, /is none of \$now/],
        [{ $now: 'soon' }, /expected number/],
        [[{ $jwk: 'mine' }], /attacker/],
        [{ $words: '{nobody}' }, /names no value/],
        [JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`), /nested deeper than 100/],
        [Number.NaN as never, /is no JSON value/],
      ),
      name,
      async ([value, says], key) => {
        const parsed = MintRequest.safeParse({ claims: { set: { [key]: value } } });
        t.match(parsed.error?.issues[0]?.message, says);
        t.strictSame(parsed.error?.issues[0]?.path.slice(0, 3), ['claims', 'set', key]);
      },
    ),
    { numRuns: 50 },
  );
});

t.test('without edits it is the very token that the org signs', async (t) => {
  const unsigned = { typ: 'oauth-id-jag+jwt', claims: { a: 'é', b: [1, { c: null }], left: undefined } };
  const { kid, jwk } = await orgKey();
  const { importKey, keys } = org.edgeCases;
  const bending = { known: { now: 0, values: {} }, keys: { active: { kid, jwk }, edge: keys(), importKey } };
  t.equal(bend(unsigned, {}, bending), await signFor('org', unsigned, org.keys));
});

t.test('values and forms are worked out', async (t) => {
  const { token } = await minted(org, {
    given: { ...GIVEN, tokenEndpoint: 'https://as.ras.example/token/', tenant: 'xyz' },
    claims: {
      set: {
        texts:
          '{issuer}/x {audience:lookalike-host} {audience:upper-host} {clientId:other-case} {subject:cut} {resource:other-slash}',
        slashless: '{tokenEndpoint:other-slash} {scope:first-word}',
        words: { $words: '{scope}' },
        more: ['{issuer:http}', '{issuer:port-443}', '{subject:homograph}', '{subject:decomposed}'],
        at: { $now: -1.5 },
        ...{ raw: { $raw: '1e2' }, letters: { $letters: 3 }, nested: { $nested: 3 }, braces: { $literal: '{issuer}' } },
        ...{
          key: { $jwk: 'attacker' },
          whole: { $jwk: 'attacker-private' },
          invisible: '{tenant:homograph}',
          chain: { $x5c: 'attacker' },
        },
      },
    },
  });
  const claims = JSON.parse(segment(token, 1));
  t.match(claims, {
    ...{ slashless: 'https://as.ras.example/token mcp:read', words: ['mcp:read', 'mcp:write'], whole: { d: String } },
    invisible: 'xyz\u200b',
    texts:
      'https://idp.example/x https://as.ras.example.evil.example https://AS.RAS.EXAMPLE C-AT-RAS 00uAlice00000000000 https://mcp.ras.example/mcp/',
    more: ['http://idp.example', 'https://idp.example:443', '00u\u0410lice000000000001', /^00u\u0301Alice/],
    ...{ at: 1_799_999_998.5, raw: 100, letters: 'xxx', nested: [[[]]], braces: '{issuer}' },
    ...{ key: { kty: 'RSA', kid: 'attacker-1', n: String }, chain: [/^MII/] },
  });
  t.notOk('d' in claims.key, 'the public half only');
});

t.test('a respelling that changes nothing is refused', async (t) => {
  for (const text of ['{jti:upper-host}', '{issuer:http}', '{clientSecret:http}']) {
    const request = MintRequest.parse({
      ...{
        user: 'alice@example.com',
        audience: 'http://localhost',
        clientId: 'c',
        given: { clientSecret: 'a-secret' },
        claims: { set: { x: text } },
      },
    });
    const outcome = await mint({ ...org, issuer: 'http://127.0.0.1' }, request);
    t.match(isMistake(outcome) && outcome.mistake, /would change nothing/);
    t.notMatch(isMistake(outcome) && outcome.mistake, /a-secret/);
  }
});
