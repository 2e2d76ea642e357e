/**
 * The self-checks themselves: a good answer passes them all, and an answer that is wrong in one way fails the check of that
 * name. They stand behind every token request of the other tests.
 */
import t from 'tap';
import { TOKEN_TYPE } from '../../src/protocol/urns.js';
import { forgeIdToken, parts } from './forge.js';
import { EXAMPLE, startTestOrg, type TestOrg } from './org.js';
import { named } from './refusals.js';
import { failedChecks, type Issued, isErrorShape, SELF_CHECKS } from './self-checks.js';

const org = await startTestOrg();
const draft = await startTestOrg({ profile: 'draft' });
t.teardown(() => Promise.all([org.close(), draft.close()]));

const REGISTERED = {
  ...{ clientId: 'claude-at-figma', nameId: 'alice@example.com', email: 'alice@example.com' },
  allows: (scope: string) => scope.startsWith('mcp:'),
};

/** A good exchange of an ID token with email, as the checks see it. */
async function issuedBy(at: TestOrg): Promise<Issued> {
  const subjectToken = await forgeIdToken(at, { email: 'alice@example.com' });
  const resource = 'https://mcp.figma.example/mcp';
  const { headers, body } = await at.exchange(subjectToken, { resource });
  const sent = { subject_token_type: TOKEN_TYPE.idToken, subject_token: subjectToken, audience: EXAMPLE.figma };
  return {
    request: new URLSearchParams({ ...sent, resource, scope: 'mcp:read' }),
    ...{ headers, body, verifies: true, seen: new Set<string>(), registered: REGISTERED },
    profile: at === draft ? 'draft' : 'okta',
    keys: (await at.fetch('/oauth2/v1/keys')).body,
    metadata: (await at.fetch('/.well-known/openid-configuration')).body,
    ...parts(body.access_token),
  };
}

const good = await issuedBy(org);
const goodDraft = await issuedBy(draft);

const claims = (more: object, of = good): Issued => ({ ...of, claims: { ...of.claims, ...more } });
const body = (more: object, of = good): Issued => ({ ...of, body: { ...of.body, ...more } });
const without = (name: string): Issued => {
  const { [name]: _, ...rest } = good.claims;
  return { ...good, claims: rest };
};
const subId = (more: object) => claims({ sub_id: { ...good.claims.sub_id, ...more } });

/** Catalogue id -> answers that must fail that check. */
const BENT: Readonly<Record<string, readonly Issued[]>> = {
  'iss-body-shape': [
    body({ token_type: 'n_a' }),
    body({ issued_token_type: TOKEN_TYPE.jwt }),
    body({ extra: 1 }),
    body({ access_token: 1 }),
  ],
  'iss-no-refresh': [body({ refresh_token: 'x' }), body({ id_token: 'x' })],
  'iss-no-store': [
    { ...good, headers: new Headers({ 'content-type': 'application/json' }) },
    { ...good, headers: new Headers({ 'cache-control': 'no-store', 'content-type': 'text/html' }) },
  ],
  'iss-typ-header': [{ ...good, header: { ...good.header, typ: 'JWT' } }, claims({ typ: 'oauth-id-jag+jwt' })],
  'iss-kid-published': [
    { ...good, verifies: false },
    { ...good, header: { ...good.header, kid: 'x' } },
    { ...good, keys: { keys: good.keys.keys.map((key) => ({ ...key, use: 'enc' })) } },
  ],
  'iss-iss-exact': [
    claims({ iss: `${good.claims.iss}/` }),
    { ...claims({ iss: 'https://org.example/path' }), metadata: { issuer: 'https://org.example/path' } },
  ],
  'iss-aud-single-issuer': [claims({ aud: [EXAMPLE.figma] }), claims({ aud: `${EXAMPLE.figma}/` })],
  'iss-client-id-ras': [claims({ client_id: EXAMPLE.agentId }), without('client_id')],
  'iss-sub-ras-view': [claims({ sub: 'alice@example.com' }), claims({ sub: '00uDave000000000001x' })],
  'iss-sub-id-consistent': [
    subId({ nameid: 'dave@example.com' }),
    without('sub_id'),
    subId({ nameid_format: '' }),
    subId({ extra: 'x' }),
    subId({ format: 'saml_nameid' }),
  ],
  'iss-resource-granted': [claims({ resource: 'https://mcp.asana.example/sse' }), without('resource')],
  'iss-scope-granted': [
    claims({ scope: 'everything' }, { ...good, request: withParameter('scope', '') }),
    ...[claims({ scope: 'openid' }, { ...good, request: withParameter('scope', 'openid') })],
    claims({ scope: 'mcp:read mcp:write' }),
    without('scope'),
  ],
  'iss-narrowing-reported': [body({ scope: 'mcp:read' }), body({ scope: undefined }, goodDraft)],
  'iss-jti-unique': [claims({ jti: 'x' }), { ...good, seen: new Set([good.claims.jti]) }],
  'iss-lifetime': [claims({ exp: good.claims.iat + 301 })],
  'ix-ok-expires-in': [body({ expires_in: 299 })],
  'iss-act-iff-actor': [without('act'), claims({ act: {} }, goodDraft)],
  'iss-claims-minimal': [
    claims({ groups: [] }),
    claims({ email: 'dave@example.com' }),
    { ...good, request: withParameter('subject_token', withoutEmail()) },
  ],
  'iss-metadata': [
    { ...goodDraft, metadata: { ...goodDraft.metadata, grant_types_supported: [] } },
    { ...goodDraft, metadata: good.metadata },
  ],
};

function withParameter(name: string, value: string): URLSearchParams {
  return new URLSearchParams({ ...Object.fromEntries(good.request), [name]: value });
}

/** An ID token of the same user without email; nobody verifies it here. */
function withoutEmail(): string {
  const payload = Buffer.from(JSON.stringify({ sub: good.claims.sub })).toString('base64url');
  return `e30.${payload}.x`;
}

t.test('good answers pass them all', async (t) => {
  t.same(failedChecks(good), []);
  t.same(failedChecks(goodDraft), []);
  t.same(Object.keys(BENT).sort(), Object.keys(SELF_CHECKS).sort(), 'each check is tried');
});

for (const [id, answers] of Object.entries(BENT)) {
  t.test(named(id), async (t) => {
    for (const answer of answers) t.ok(failedChecks(answer).includes(id));
  });
}

t.test(named('iss-error-shape'), async (t) => {
  const request = new URLSearchParams({ subject_token: 'a-subject-token-that-was-sent' });
  const headers = new Headers({ 'cache-control': 'no-store' });
  const shaped = (of: object, by = headers) => isErrorShape(request, by, JSON.stringify(of));
  t.equal(shaped({ error: 'x', error_description: 'Plain.' }), true);
  t.equal(shaped({ errorCode: 'x', errorSummary: 'Plain.', errorLink: 'x', errorId: 'y', errorCauses: [] }), true);
  t.equal(shaped({ error: 'x', error_description: 'Plain.', more: 1 }), false);
  t.equal(shaped({ error: 'x', error_description: 'Pl"ain.' }), false);
  t.equal(shaped({ error: 'x', error_description: 'Plain: a-subject-token-that-was-sent' }), false);
  t.equal(shaped({ error: 'x', error_description: 'Plain.' }, new Headers()), false);
});

t.test('a request that gets an answer which fails one is an error', async (t) => {
  const token = await forgeIdToken(org, { email: 'alice@example.com' });
  const form = {
    ...{ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', requested_token_type: TOKEN_TYPE.idJag },
    ...{ subject_token_type: TOKEN_TYPE.idToken, subject_token: token, audience: EXAMPLE.figma, scope: 'mcp:read' },
    ...((await org.asAgent()) as Record<string, string>),
  };
  const body = new URLSearchParams(form);
  const sending = fetch(new URL('/oauth2/v1/token', org.issuer), { method: 'POST', body });
  body.set('audience', 'https://somebody.else.example');
  await t.rejects(sending, /fails iss-aud-single-issuer/, 'what was sent is compared with what came back');
});
