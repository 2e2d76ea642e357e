/** What an answer is looked at for: each word where it holds, where it is broken, and where nobody can tell. */
import t from 'tap';
import type { EdgeCaseInput } from '../../../src/edge-cases/edge-case.js';
import { CHECKS, type Check } from '../../../src/edge-cases/situations.js';
import type { Sent } from '../../../src/probe/bench.js';
import { lookAt, type Scene } from '../../../src/probe/looks.js';
import type { Looked } from '../../../src/probe/report.js';
import { decisionOf } from '../../../src/probe/verdict.js';
import type { Answer } from '../../../src/probe/wire.js';
import {
  AS,
  answer,
  type BenchParts,
  bench,
  fakeWire,
  GRANTED,
  IDP,
  jwtOf,
  REFUSED,
  row,
  sent,
  TARGET,
} from './make.js';

interface Parts extends Partial<Omit<Scene, 'bench' | 'row' | 'sent'>> {
  readonly bench?: BenchParts;
  readonly row?: Partial<EdgeCaseInput>;
  readonly sent?: Partial<Sent>;
  readonly answer?: Answer;
}

function scene(checks: readonly Check[], { bench: parts, row: more, sent: some, answer: came, ...rest }: Parts): Scene {
  const one = sent({ ...some, ...(came && { answer: came }) });
  return {
    ...{ bench: bench(parts), row: row({ ...more, checks: [...checks] }), sent: one, decision: decisionOf(one.answer) },
    ...{ together: [], visits: [], keyFetches: 0, nextGranted: true },
    ...rest,
  };
}

const token = (json: object = {}, headers: Record<string, string> = {}) =>
  answer({ headers, json: { access_token: 'at', token_type: 'Bearer', ...json } });
const claims = (some: object) => token({ access_token: jwtOf(some) });

/** What was sent: the scopes of the claim, and of the parameter. */
const scopes = (claim: string | undefined, asked?: string): Partial<Sent> => {
  const { exchange } = sent();
  const header = {};
  return {
    exchange: { ...exchange, sent: { ...exchange.sent, token: { header, claims: { scope: claim } } } },
    form: asked === undefined ? [] : [['scope', asked]],
  };
};

const MCP = 'https://mcp.example/mcp';
const SIBLING = 'https://mcp.example/sibling';
/** An MCP server that answers so. */
const mcp = (status: number, more: Partial<Answer> = {}): BenchParts => ({
  wire: fakeWire(() => answer({ status, ...more })),
  target: { mcp: MCP },
  options: { siblingResource: SIBLING },
});
const down = mcp(0, { problem: 'No answer came: x.' });
const metadata = (members: object): BenchParts => ({ target: { metadata: members as Record<string, unknown> } });
const basic = (status: number, headers: Record<string, string>): Parts => {
  const { exchange } = sent();
  const withBasic = { ...exchange, sent: { ...exchange.sent, headers: { authorization: '(credentials)' } } };
  return { sent: { exchange: withBasic }, answer: answer({ status, headers }) };
};
const cors = (headers: Record<string, string>) => ({ answer: { ...REFUSED, headers } });
const ORIGIN = 'access-control-allow-origin';
const CREDENTIALS = 'access-control-allow-credentials';
const granted = decisionOf(GRANTED);
const refused = decisionOf(REFUSED);
const visit = { method: 'GET', path: '/keys', userAgent: 'java/21' };
const PROFILE = { authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'] };
const GRANT = { grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] };
const error = (text: string) => ({ answer: answer({ status: 400, text }) });
const internal = { row: { header: { set: { jku: '{internalUrl}/keys' } } } };
const outside = { url: 'https://canary.example', internal: false, visits: () => [], close: async () => {} };

type Outcomes = Partial<Record<Looked['outcome'], readonly Parts[]>>;

const TABLE: Readonly<Record<Check, Outcomes>> = {
  'token-usable': {
    held: [{ bench: mcp(200) }, { bench: mcp(404) }, { bench: { ...mcp(200), learnt: { guarded: true } } }],
    broken: [{ bench: mcp(401) }, { bench: mcp(403) }, { bench: mcp(500) }],
    'not-looked-at': [{}, { bench: { ...mcp(200), learnt: { guarded: false } } }, { bench: down }],
  },
  'token-restricted-to-resource': {
    held: [{ bench: mcp(401) }, { bench: mcp(403) }],
    broken: [{ bench: mcp(200) }],
    'not-looked-at': [{}, { bench: down }],
  },
  'scope-reported': { held: [{ answer: token({ scope: 'a' }) }], broken: [{ answer: token() }] },
  'scope-not-widened': {
    held: [
      { answer: token({ scope: 'a' }), sent: scopes('a b') },
      { answer: token({ scope: '' }), sent: scopes(undefined) },
      { answer: token(), sent: scopes('a b', 'a') },
    ],
    broken: [
      { answer: token({ scope: 'a c' }), sent: scopes('a b') },
      { answer: claims({ scp: ['c'] }), sent: scopes(undefined) },
      { answer: token(), sent: scopes('a', 'a c') },
    ],
    'not-looked-at': [{ answer: token(), sent: scopes('a b') }],
  },
  'scope-as-without': {
    held: [
      { answer: token({ scope: 'a' }), bench: { wire: fakeWire(() => token({ scope: 'a b' })) } },
      { answer: token({ scope: '' }), bench: { wire: fakeWire(() => REFUSED) } },
    ],
    broken: [
      { answer: token({ scope: 'a b' }), bench: { wire: fakeWire(() => token({ scope: 'a' })) } },
      { answer: claims({ scp: ['a'] }), bench: { wire: fakeWire(() => token()) } },
      { answer: token({ scope: 'a' }), bench: { wire: fakeWire(() => REFUSED) } },
    ],
    'not-looked-at': [{ answer: token() }],
  },
  'scope-within-request': {
    held: [
      { answer: token({ scope: 'a' }), sent: scopes('a b', 'a') },
      { answer: token(), sent: scopes('a b', 'a') },
    ],
    broken: [
      { answer: token({ scope: 'a b' }), sent: scopes('a b', 'a') },
      { answer: token({ scope: 'a' }), sent: scopes('a b') },
    ],
    'not-looked-at': [{ answer: token(), sent: scopes('a b') }],
  },
  'scope-without-privilege': {
    held: [
      { answer: token({ scope: 'a' }), bench: { given: { privilegedScope: 'root' } } },
      { answer: token(), sent: scopes('a'), bench: { given: { privilegedScope: 'root' } } },
    ],
    broken: [
      { answer: token({ scope: 'a root' }), bench: { given: { privilegedScope: 'root' } } },
      { answer: token(), sent: scopes('a root'), bench: { given: { privilegedScope: 'root' } } },
    ],
    'not-looked-at': [{ answer: token({ scope: 'a' }) }],
  },
  'no-refresh-token': { held: [{}], broken: [{ answer: token({ refresh_token: 'r' }) }] },
  'not-cacheable': {
    held: [{ answer: token({}, { 'cache-control': 'private, No-Store' }) }],
    broken: [{}, { answer: token({}, { 'cache-control': 'no-cache' }) }],
  },
  'short-lifetime': {
    held: [{ answer: token({ expires_in: 86_400 }) }],
    broken: [{ answer: token({ expires_in: 86_401 }) }],
    'not-looked-at': [{}, { answer: token({ expires_in: '60' }) }],
  },
  'no-detail-leaked': {
    held: [error('no'), { ...error('e30. is bad'), sent: { token: 'e30.' } }],
    broken: [
      error(`${jwtOf({ a: 1 })} is bad`),
      error(`I trust ${IDP}`),
      { ...error('not https://two.example'), bench: { given: { otherIssuer: 'https://two.example' } } },
    ],
  },
  'details-reported': {
    held: [{ answer: token({ authorization_details: [] }) }],
    broken: [{}, { answer: token({ authorization_details: 'x' }) }],
  },
  'subject-is-the-users': {
    held: [{ answer: claims({ sub: 'u-1' }), bench: { learnt: { subject: 'u-1' } } }],
    broken: [{ answer: claims({ sub: 'u-2' }), bench: { learnt: { subject: 'u-1' } } }],
    'not-looked-at': [{ answer: claims({ sub: 'u-1' }) }, { bench: { learnt: { subject: 'u-1' } } }],
  },
  'subject-is-another-user': {
    held: [{ answer: claims({ sub: 'u-2' }), bench: { learnt: { subject: 'u-1' } } }],
    broken: [{ answer: claims({ sub: 'u-1' }), bench: { learnt: { subject: 'u-1' } } }],
    'not-looked-at': [{ bench: { learnt: { subject: 'u-1' } } }],
  },
  'no-foreign-resource': {
    held: [{ answer: claims({ aud: ['https://mcp.example'] }) }],
    broken: [{ answer: token({ resource: [MCP, 'https://mcp.other-ras.example/x'] }) }],
    'not-looked-at': [{}],
  },
  'scope-within-details': { 'not-looked-at': [{}] },
  'next-good-one-accepted': { held: [{ nextGranted: true }], broken: [{ nextGranted: false }] },
  'resource-within-claim': {
    held: [{ answer: claims({ aud: MCP }), bench: { given: { secondResource: SIBLING } } }],
    broken: [{ answer: claims({ aud: [MCP, SIBLING] }), bench: { given: { secondResource: SIBLING } } }],
    'not-looked-at': [{ bench: { given: { secondResource: SIBLING } } }, { answer: claims({ aud: MCP }) }],
  },
  'bound-to-key': { held: [{ answer: token({ token_type: 'DPoP' }) }], broken: [{}] },
  'at-most-one-ok': {
    held: [{ together: [granted, refused] }],
    broken: [{ together: [granted, granted] }, { together: [refused, refused] }],
  },
  'no-request-to-attacker': {
    held: [
      {},
      internal,
      { ...internal, bench: { canary: { ...outside, internal: true } } },
      { bench: { canary: outside } },
    ],
    broken: [{ visits: [visit] }],
    'not-looked-at': [
      { ...internal, bench: { canary: outside } },
      { row: { claims: { set: { iss: '{internalUrl:cut}' } } }, bench: { canary: outside } },
    ],
  },
  'one-key-fetch': { held: [{ keyFetches: 0 }, { keyFetches: 1 }], broken: [{ keyFetches: 2 }] },
  'no-credentialed-cors': {
    held: [
      cors({}),
      cors({ [ORIGIN]: '*' }),
      cors({ [CREDENTIALS]: 'true' }),
      cors({ [ORIGIN]: 'x', [CREDENTIALS]: 'false' }),
    ],
    broken: [cors({ [ORIGIN]: 'https://evil.example', [CREDENTIALS]: 'true' })],
  },
  'lists-profile': {
    held: [{ bench: metadata(PROFILE) }],
    broken: [{ bench: metadata(GRANT) }, { bench: metadata({ authorization_grant_profiles_supported: 'x' }) }],
    'not-looked-at': [{}],
  },
  'lists-grant-with-profile': {
    held: [{ bench: metadata({ ...PROFILE, ...GRANT }) }, { bench: metadata({}) }],
    broken: [{ bench: metadata(PROFILE) }],
    'not-looked-at': [{}],
  },
  'names-itself': {
    held: [{ bench: metadata({ issuer: AS }) }],
    broken: [{ bench: metadata({ issuer: `${AS}/` }) }, { bench: metadata({}) }],
    'not-looked-at': [{}],
  },
  'resource-names-itself': {
    held: [{ bench: { target: { mcp: MCP, namedResource: MCP } } }],
    broken: [{ bench: { target: { mcp: MCP, namedResource: SIBLING } } }],
    'not-looked-at': [{ bench: { target: { mcp: MCP } } }],
  },
  'hides-issuers': {
    held: [{ bench: metadata({ issuer: AS }) }],
    broken: [{ bench: metadata({ trusted: [{ issuer: IDP }] }) }],
    'not-looked-at': [{}],
  },
  'challenge-sent': {
    held: [{}, { answer: answer({ status: 401 }) }, basic(400, {}), basic(401, { 'www-authenticate': 'Basic' })],
    broken: [basic(401, {})],
  },
  'nonce-sent': { held: [{ answer: answer({ status: 400, headers: { 'dpop-nonce': 'n' } }) }], broken: [{}] },
};

const OUTCOMES = ['held', 'broken', 'not-looked-at'] as const;

for (const check of Object.keys(CHECKS) as Check[]) {
  t.test(`${check}: ${CHECKS[check]}`, async (t) => {
    for (const outcome of OUTCOMES)
      for (const parts of TABLE[check][outcome] ?? []) {
        const [looked, ...more] = await lookAt(scene([check], parts));
        t.match(looked, { check, demands: CHECKS[check], outcome, found: /^[A-Z\d].*\.$/s }, outcome);
        t.strictSame(more, []);
      }
  });
}

t.test('each word can be broken, but for one that nobody can look at', async (t) => {
  const unbroken = Object.entries(TABLE).filter(([, { broken }]) => !broken);
  t.strictSame(
    unbroken.map(([check]) => check),
    ['scope-within-details'],
  );
});

t.test('where nothing was granted, looks at a token are none, and the others are as ever', async (t) => {
  const all = Object.keys(CHECKS) as Check[];
  const looked = (await lookAt(scene(all, { answer: REFUSED }))).map(({ check }) => check);
  t.strictSame(looked, [
    ...['no-detail-leaked', 'next-good-one-accepted', 'at-most-one-ok', 'no-request-to-attacker', 'one-key-fetch'],
    ...['no-credentialed-cors', 'lists-profile', 'lists-grant-with-profile', 'names-itself', 'resource-names-itself'],
    ...['hides-issuers', 'challenge-sent', 'nonce-sent'],
  ]);
  t.equal((await lookAt(scene(all, {}))).length, all.length, 'of a token that was granted, all of them, in order');
  t.strictSame(await lookAt({ ...scene(all, {}), row: row() }), [], 'a row without checks is not looked at');
});

t.test('what is told names what was found', async (t) => {
  const found = async (check: Check, parts: Parts) => (await lookAt(scene([check], parts)))[0]?.found;
  t.equal(
    await found('no-request-to-attacker', { visits: [visit, visit] }),
    'It asked that address: GET /keys (java/21), GET /keys (java/21).',
  );
  t.match(
    await found('scope-not-widened', { answer: token({ scope: 'a c d' }), sent: scopes('a') }),
    /^It grants c d besides/,
  );
  t.equal(await found('at-most-one-ok', { together: [granted, granted] }), '2 of the 2 were granted.');
  t.match(
    await found('subject-is-the-users', { answer: claims({ sub: 'u-2' }), bench: { learnt: { subject: 'u-1' } } }),
    /for u-2, and not for u-1/,
  );
  const wire = fakeWire(() => answer({ status: 200 }));
  await lookAt(scene(['token-usable'], { bench: { wire, target: { ...TARGET, mcp: MCP } }, answer: token() }));
  t.match(wire.asked, [{ url: MCP }]);
  t.equal(new Map(wire.asked[0]?.headers).get('authorization'), 'Bearer at');
  const other = mcp(401);
  await lookAt(scene(['token-restricted-to-resource'], { bench: other }));
  t.match((other.wire as typeof wire).asked, [{ url: SIBLING }]);
});
