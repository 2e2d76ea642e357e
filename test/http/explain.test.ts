/** `POST /_mock/explain`: whom it answers, what it takes, and what is expected where nothing is said. */
import t from 'tap';
import { forgeIdJag, forgeIdToken, freshKey, sign, signAs } from '../support/forge.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';
import { watchSecrets } from '../support/secret-watch.js';
import { sendBytes, wireRequest } from '../support/wire.js';

const PATH = '/_mock/explain';
const READER = 'a-token-that-only-reads';
const watch = watchSecrets(t);
const file = editedOrg((file) => file.apiTokens?.push({ name: 'Reader', token: READER, role: 'READ_ONLY_ADMIN' }));
const org = await startTestOrg({ org: file });
t.teardown(() => org.close());
const audience = `${org.issuer}/oauth2/default`;

const post = (body: unknown, headers: Record<string, string> = {}) =>
  org.fetch(PATH, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const explain = async (body: object) => (await post(body)).body;

t.test('an ID-JAG of the org, by the keys of the org and its clock', async (t) => {
  const { id_token } = await org.signIn('alice@example.com');
  const { body: answer } = await org.exchange(id_token, { audience });
  const token = answer.access_token;
  const { status, headers, body, text } = await post({ token, audience, clientId: EXAMPLE.agentId });
  t.equal(status, 200);
  t.match(headers.get('cache-control'), 'no-store');
  t.match(body, { accepted: true, refusedBy: null, looksLike: 'an ID-JAG', signature: 'verified' });
  t.strictSame(body.notAsked, ['No resource was expected, so any would do here.']);
  t.match(body.claims, { iss: org.issuer, aud: audience });
  t.notOk(text.includes(token.split('.')[2]), 'the signature is not repeated');
  t.equal((await org.redeem(token)).status, 200, 'to explain is not to redeem');
  org.advance(301_000);
  t.match(await explain({ token, audience }), { accepted: false, refusedBy: 'id-jag-not-expired' });
  t.match(await explain({ token, audience, now: body.claims.iat + 1 }), { accepted: true });
  t.match(await explain({ token, audience, leeway: 60 }), { accepted: true });
  t.match(await explain({ token: await forgeIdJag(org), audience }), { refusedBy: 'id-jag-not-expired' });
  org.advance(-301_000);
});

t.test('what the jwt-bearer grant refuses, explain crosses by the same rule', async (t) => {
  const tokens = [
    'garbage',
    await forgeIdToken(org),
    await signAs('default', { iss: org.issuer }, { typ: 'oauth-id-jag+jwt' }),
    ...(await Promise.all(
      [
        { iss: 'https://idp.example' },
        { aud: org.issuer },
        { client_id: 'other' },
        { exp: 1 },
        { nbf: 1e10 },
        { jti: 7 },
      ].map((claims) => forgeIdJag(org, claims)),
    )),
  ];
  for (const token of tokens) {
    const { refusedBy } = await explain({ token, audience, clientId: EXAMPLE.agentId });
    t.equal((await org.redeem(token)).status, 400);
    const [record] = (await org.fetch('/_mock/exchanges?limit=1')).body;
    t.equal(refusedBy, record.rule);
  }
});

t.test('an ID-JAG of another issuer, by the keys that are given', async (t) => {
  const { key, jwk } = await freshKey('ES256', 'k1');
  const issuer = 'https://idp.example';
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    sub: 'u1',
    aud: 'https://as.example',
    client_id: 'c1',
    jti: '1',
    iat: now,
    exp: now + 300,
  };
  const token = await sign(claims, { alg: 'ES256', kid: 'k1', typ: 'oauth-id-jag+jwt' }, key);
  const rest = { token, issuer, audience: 'https://as.example', clientId: 'c1', algorithms: ['ES256'] };
  for (const keys of [[jwk], { keys: [jwk] }]) {
    t.match(await explain({ ...rest, keys }), { accepted: true, signature: 'verified' });
  }
  const withoutKeys = await explain(rest);
  t.match(withoutKeys, { accepted: false, refusedBy: null, signature: 'not checked' }, 'nothing is fetched');
  t.ok(withoutKeys.notAsked.includes('No keys were given, so the signature was not checked.'));
  t.match(await explain({ ...rest, issuer: undefined }), { refusedBy: 'id-jag-issuer-trusted' });
  t.match(await explain({ ...rest, keys: { keys: [] } }), { refusedBy: 'id-jag-key-published' });
  t.match(await explain({ ...rest, resource: 'https://mcp.example' }), { refusedBy: 'id-jag-resource-matches' });
});

t.test('what is no question', async (t) => {
  const token = 'x';
  const { jwk } = await freshKey();
  const bad: [unknown, RegExp][] = [
    [{}, /^token: /],
    [{ token: 1 }, /^token: /],
    [{ token, audence: audience }, /audence/],
    [{ token, audience: '' }, /^audience: /],
    [{ token, issuer: null }, /^issuer: /],
    [{ token, now: 'now' }, /^now: /],
    [{ token, now: -1 }, /^now: /],
    [{ token, leeway: -1 }, /^leeway: /],
    [{ token, algorithms: ['HS256'] }, /^algorithms\.0: /],
    [{ token, algorithms: ['none'] }, /^algorithms\.0: /],
    [{ token, algorithms: [] }, /^algorithms: /],
    [{ token, keys: 'x' }, /^keys: is neither/],
    [{ token, keys: [{}] }, /^keys: is neither a JWK Set/],
    [{ token, keys: [{ ...jwk, d: 'x' }] }, /^keys: has a key that is not public/],
    [{ token, keys: { keys: [{ kty: 'oct', k: 'x' }] } }, /^keys: has a key that is not public/],
    [{ token, keys: Array.from({ length: 101 }, () => jwk) }, /^keys: is neither/],
    [[], /^request: /],
  ];
  for (const [body, cause] of bad) {
    const answer = await post(body);
    t.strictSame([answer.status, answer.body.errorCode], [400, 'E0000001'], JSON.stringify(body).slice(0, 80));
    t.match(answer.body.errorCauses[0].errorSummary, cause);
  }
  t.equal((await post('{')).status, 400);
  t.equal((await post('')).status, 400);
  t.equal((await post({ token: 'x'.repeat(1_100_000) })).status, 413);
  t.match(await explain({ token: '' }), { accepted: false, looksLike: 'nothing at all' });
});

t.test('who may ask', async (t) => {
  const body = JSON.stringify({ token: 'x' });
  const ask = async (headers: Record<string, string>) => {
    const all = { 'Content-Type': 'application/json', 'Content-Length': `${body.length}`, ...headers };
    return (await sendBytes(org.issuer, [wireRequest('POST', PATH, all, body)])).status;
  };
  t.equal(await ask({}), 200, 'from this machine');
  t.equal(await ask({ Host: 'okta.example' }), 401);
  t.equal(await ask({ Host: 'okta.example', Authorization: `SSWS ${EXAMPLE.apiToken}` }), 200);
  t.equal(await ask({ Host: 'okta.example', Authorization: `SSWS ${READER}` }), 200, 'who only reads, too');
  t.equal(await ask({ Authorization: 'SSWS wrong' }), 401);
  t.equal(await ask({ Origin: 'https://evil.example' }), 403);
  t.equal((await org.fetch(PATH)).status, 405);
});

t.test('nothing of it reaches a log', (t) => watch.check(t, [org]));
