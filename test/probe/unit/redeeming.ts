/** The request that presents a token: each place, body and method, its proof of possession, and the nonce that it is sent again with. */
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, EmbeddedJWK, importJWK, jwtVerify } from 'jose';
import t from 'tap';
import type { DpopEdits, RequestEdits } from '../../../src/edge-cases/situations.js';
import { DpopEdits as Dpop, PLACES, type Place } from '../../../src/edge-cases/situations.js';
import { isLack, type Lack } from '../../../src/probe/client-credentials.js';
import { type Redeeming, type RedeemingOptions, redeem, redeemingOf, sendGood } from '../../../src/probe/redeeming.js';
import { newProofKey, thumbprintOf } from '../../../src/tokens/bend/client-proofs.js';
import {
  answer,
  type BenchParts,
  bench,
  fakeIdp,
  fakeWire,
  GRANTED,
  REFUSED,
  TOKEN_ENDPOINT,
  tokenOf,
} from './make.js';

const TOKEN = tokenOf({ iss: 'https://idp.example', jti: 'j-1' });
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const good = (value: Redeeming | Lack): Redeeming => {
  if (isLack(value)) throw new Error(value.lack);
  return value;
};
const POST: BenchParts = { options: { client: { id: 'c-1', secret: 's', authentication: 'post' } } };
const made = (edits?: RequestEdits, parts: BenchParts = {}, more: RedeemingOptions = {}) =>
  good(redeemingOf(bench(parts), TOKEN, { edits, ...more }));
const headersOf = ({ asked }: Redeeming, name: string) =>
  asked.headers.filter(([one]) => one === name).map(([, value]) => value);
const formOf = ({ asked }: Redeeming) => [...new URLSearchParams(String(asked.body))];

t.test('a good request: the grant, what the user adds, and who the client is', async (t) => {
  const one = made(undefined, { options: { params: { tenant: 'a b' }, ...POST.options } });
  const pairs = [
    ...[
      ['grant_type', GRANT],
      ['assertion', TOKEN.compact],
      ['tenant', 'a b'],
      ['client_id', 'c-1'],
    ],
    ['client_secret', 's'],
  ];
  t.match(one.asked, { method: 'POST', url: TOKEN_ENDPOINT });
  t.strictSame(formOf(one), pairs);
  t.strictSame(one.form, pairs);
  t.strictSame(headersOf(one, 'content-type'), ['application/x-www-form-urlencoded']);
  t.strictSame(headersOf(one, 'accept'), ['application/json']);
  t.strictSame(headersOf(one, 'authorization'), []);
  t.strictSame(headersOf(one, 'dpop'), []);
  t.equal(one.again, undefined);
  t.match(headersOf(made(), 'authorization')[0], /^Basic /);
});

t.test('each method and each body', async (t) => {
  const get = made({ method: 'GET' }, POST);
  t.equal(get.asked.method, 'GET');
  t.equal(get.asked.body, undefined);
  t.strictSame(headersOf(get, 'content-type'), []);
  t.strictSame(
    [...new URL(get.asked.url).searchParams],
    get.form.map((pair) => [...pair]),
  );
  const asJson = made({ body: 'json' }, POST);
  t.strictSame(headersOf(asJson, 'content-type'), ['application/json']);
  t.strictSame(JSON.parse(String(asJson.asked.body)), Object.fromEntries(asJson.form));
  const charset = made({ body: 'form-with-charset' }, POST);
  t.strictSame(headersOf(charset, 'content-type'), ['application/x-www-form-urlencoded; charset=UTF-8']);
  t.strictSame(formOf(charset), charset.form);
  const multipart = made({ body: 'multipart' }, POST);
  const [type = ''] = headersOf(multipart, 'content-type');
  const read = await new Response(String(multipart.asked.body), { headers: { 'content-type': type } }).formData();
  t.strictSame(
    [...read],
    multipart.form.map((pair) => [...pair]),
  );
});

t.test('parameters are patched with what is known of the case, and moved', async (t) => {
  const values = '{issuer} {audience} {clientId} {subject} {email} {scope} {resource} {token} {jti} {otherScope}';
  const parts: BenchParts = {
    ...{ options: { user: { sub: 'u-1', email: 'u@x.example' } }, given: { otherScope: 'more' } },
    target: { resource: 'https://mcp.example' },
  };
  const one = made({ params: { set: { note: values }, remove: ['grant_type'] } }, parts);
  t.strictSame(
    one.form.map(([name]) => name),
    ['assertion', 'note'],
  );
  const wanted = 'https://idp.example https://as.example c-1 u-1 u@x.example todo.read https://mcp.example';
  t.equal(Object.fromEntries(one.form).note, `${wanted} ${TOKEN.compact} j-1 more`);
  const twice = made({ params: { append: [['assertion', '{token}']] } });
  t.strictSame(
    formOf(twice).map(([name]) => name),
    ['grant_type', 'assertion', 'assertion'],
  );
  const moved = made({ inQuery: ['assertion'] });
  t.strictSame([...new URL(moved.asked.url).searchParams], [['assertion', TOKEN.compact]]);
  t.strictSame(formOf(moved), [['grant_type', GRANT]]);
  const secret = made({ client: 'secret-in-query' }, { target: { tokenEndpoint: `${TOKEN_ENDPOINT}?t=1` } });
  t.match(secret.asked.url, /^https:\/\/as\.example\/token\?t=1&client_secret=/);
  const bare = made({ params: { set: { a: '{scope}' } } }, { target: { scope: undefined } });
  t.equal(Object.fromEntries(bare.form).a, '', 'no scope is an empty one');
  const noClaims = good(redeemingOf(bench(), { compact: 'x', header: null, claims: null }));
  t.equal(Object.fromEntries(noClaims.form).assertion, 'x');
  t.strictSame(headersOf(made({ headers: { 'X-Own': '1' } }), 'X-Own'), ['1']);
});

const ELSEWHERE: BenchParts = {
  target: { mcp: 'https://mcp.example/mcp' },
  options: { otherRas: 'https://as-two.example/token', loginCallback: 'https://as.example/callback' },
};
const URLS: { readonly [P in Place]?: string } = {
  'token-endpoint-over-http': 'http://as.example/token',
  'other-ras': 'https://as-two.example/token',
  'resource-server': 'https://mcp.example/mcp',
  'login-callback': 'https://as.example/callback',
  metadata: TOKEN_ENDPOINT,
};

t.test('each place, and what is to be said so that there is one', async (t) => {
  const lacks: { readonly [P in Place]?: RegExp } = {
    ...{ 'other-ras': /say otherRas/, 'resource-server': /say mcp/, 'login-callback': /say loginCallback/ },
    ...{ 'token-endpoint-over-http': /no TLS at all/, 'idp-token-endpoint': /about the identity provider/ },
  };
  for (const at of Object.keys(PLACES) as Place[]) {
    if (URLS[at]) t.equal(made({ at }, ELSEWHERE).asked.url, URLS[at], at);
    const lack = redeemingOf(bench({ target: { tokenEndpoint: 'http://as.example/token' } }), TOKEN, { edits: { at } });
    t.equal(isLack(lack), lacks[at] !== undefined, at);
    if (isLack(lack)) t.match(lack.lack, lacks[at] as RegExp, at);
  }
  const own = { edits: { at: 'other-ras' as const }, url: 'https://node-two.example/token' };
  t.equal(good(redeemingOf(bench(), TOKEN, own)).asked.url, 'https://node-two.example/token');
});

t.test('as bearer token, and as ID token', async (t) => {
  const bearer = made({ at: 'resource-server' }, ELSEWHERE);
  t.strictSame(headersOf(bearer, 'authorization'), [`Bearer ${TOKEN.compact}`]);
  t.match(JSON.parse(String(bearer.asked.body)), { jsonrpc: '2.0', method: 'tools/list' });
  t.strictSame(bearer.form, []);
  t.strictSame(formOf(made({ at: 'login-callback' }, ELSEWHERE)), [['id_token', TOKEN.compact]]);
});

t.test('other credentials, as edits or as they are; and a lack of them', async (t) => {
  t.strictSame(headersOf(made({ client: 'none' }), 'authorization'), []);
  const own = { client: { params: [['client_id', 'x'] as const] } };
  t.strictSame(formOf(made({ client: 'none' }, {}, own)).at(-1), ['client_id', 'x']);
  t.match(redeemingOf(bench(), TOKEN, { edits: { client: 'other' } }), { lack: /otherClients\.other/ });
});

const dpop = (more: Partial<DpopEdits> = {}): RequestEdits => ({ dpop: Dpop.parse(more) });
const proofOf = (one: Redeeming) => headersOf(one, 'dpop')[0] as string;

t.test('a proof of possession, as RFC 9449 has it', async (t) => {
  const parts: BenchParts = { target: { tokenEndpoint: `${TOKEN_ENDPOINT}?t=1#f` }, learnt: { nonce: 'n-1' } };
  const made_ = bench(parts);
  const one = good(redeemingOf(made_, TOKEN, { edits: dpop() }));
  const { payload, protectedHeader } = await jwtVerify(proofOf(one), EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['ES256'],
  });
  t.match(payload, { htm: 'POST', htu: TOKEN_ENDPOINT, nonce: 'n-1' });
  t.type(payload.jti, 'string');
  t.ok(Math.abs(Number(payload.iat) * 1000 - Date.now()) < 60_000);
  t.strictSame(Object.keys(protectedHeader.jwk ?? {}).sort(), ['crv', 'kty', 'x', 'y'], 'the public half only');
  const jkt = await calculateJwkThumbprint(protectedHeader.jwk as object);
  t.equal(thumbprintOf(made_.proofKey), jkt);
  t.not(decodeJwt(proofOf(good((one.again as () => Redeeming)()))).jti, payload.jti);
  t.equal(decodeJwt(proofOf(made({ ...dpop(), method: 'GET' }))).htm, 'GET');
  t.notOk('nonce' in decodeJwt(proofOf(made(dpop()))), 'none was given');
});

t.test('each edit of a proof', async (t) => {
  const verify = async (edits: Partial<DpopEdits>) => {
    const one = made(dpop(edits), { learnt: { nonce: 'n-1' } });
    return jwtVerify(proofOf(one), EmbeddedJWK, { typ: 'dpop+jwt' });
  };
  const key = newProofKey();
  const edited = (edits: Partial<DpopEdits>) => proofOf(made(dpop(edits), { proofKey: key, learnt: { nonce: 'n-1' } }));
  t.equal((await verify({ header: { set: { x: 1 } } })).protectedHeader.x, 1);
  t.equal(decodeProtectedHeader(edited({ header: { set: { typ: 'JWT' } } })).typ, 'JWT');
  t.match((await verify({ claims: { set: { htu: '{audience}', iat: { $now: -600 } } } })).payload, {
    htu: 'https://as.example',
  });
  t.equal((await verify({ nonce: 'missing' })).payload.nonce, undefined);
  const other = await verify({ sign: 'other-key' });
  t.not(await calculateJwkThumbprint(other.protectedHeader.jwk as object), thumbprintOf(bench().proofKey));
  t.equal(decodeProtectedHeader(edited({ sign: 'none' })).alg, 'none');
  t.match(edited({ sign: 'none' }), /\.$/);
  const hs256 = edited({ sign: 'hs256' });
  const { jwk } = decodeProtectedHeader(hs256) as { jwk: Record<string, string> };
  const secret = Buffer.from(JSON.stringify({ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }));
  t.equal((await jwtVerify(hs256, secret)).protectedHeader.alg, 'HS256', 'keyed with the public key');
  await t.rejects(verify({ signature: 'flipped' }), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  const leaked = decodeProtectedHeader(edited({ privateJwk: true })).jwk as { d?: string };
  t.equal(leaked.d, key.d);
  t.ok(await jwtVerify(edited({ privateJwk: true }), await importJWK({ ...jwk, alg: 'ES256' })), 'and right otherwise');
  t.equal(edited({ text: 'no-proof' }), 'no-proof');
  t.equal(new Set(headersOf(made(dpop({ copies: 2 })), 'dpop')).size, 2, 'two proofs');
  t.equal(made(dpop({ nonce: 'missing' })).again, undefined, 'a nonce would take the point');
});

t.test('a server that binds all its tokens is sent a proof, unless the case is about that', async (t) => {
  const binding: BenchParts = { options: { conditions: { 'dpop-required': true } } };
  await jwtVerify(proofOf(made(undefined, binding)), EmbeddedJWK, { typ: 'dpop+jwt' });
  t.strictSame(headersOf(made(undefined, binding, { bare: true }), 'dpop'), []);
  t.strictSame(headersOf(made(dpop({ text: 'x' }), binding), 'dpop'), ['x'], 'that of the case goes first');
});

const nonceAsked = (nonce: string) =>
  answer({ status: 400, json: { error: 'use_dpop_nonce' }, headers: { 'dpop-nonce': nonce } });

t.test('a nonce that the server asks for: sent again with it, once', async (t) => {
  const wire = fakeWire((_asked, at) => (at === 0 ? nonceAsked('n-1') : GRANTED));
  const one = bench({ wire });
  const { answer: came, exchange } = await redeem(one, 'the case', good(redeemingOf(one, TOKEN, { edits: dpop() })));
  t.equal(came.status, 200);
  t.equal(wire.asked.length, 2);
  t.match(exchange, { what: 'the case', got: { status: 200 } });
  const proofs = wire.asked.map(({ headers }) => decodeJwt(new Map(headers).get('dpop') as string));
  t.strictSame(
    proofs.map(({ nonce }) => nonce),
    [undefined, 'n-1'],
  );
  t.not(proofs[0]?.jti, proofs[1]?.jti);
  t.equal(one.learnt.nonce, 'n-1');
  const stubborn = fakeWire((_asked, at) => nonceAsked(`n-${at}`));
  const two = bench({ wire: stubborn });
  t.equal((await redeem(two, 'x', good(redeemingOf(two, TOKEN, { edits: dpop() })))).answer.status, 400);
  t.equal(stubborn.asked.length, 2);
  t.equal(two.learnt.nonce, 'n-1', 'the last one counts');
  const bare = fakeWire(() => nonceAsked('n'));
  const three = bench({ wire: bare });
  await redeem(three, 'x', good(redeemingOf(three, TOKEN)));
  t.equal(bare.asked.length, 1, 'where no proof belongs');
});

t.test('a nonce that comes with any answer is the next', async (t) => {
  const one = bench({
    wire: fakeWire((_asked, at) => answer({ status: 400, ...(at === 0 && { headers: { 'dpop-nonce': 'n-9' } }) })),
  });
  for (let time = 0; time < 2; time++) await redeem(one, 'x', good(redeemingOf(one, TOKEN)));
  t.equal(one.learnt.nonce, 'n-9');
});

t.test('what was sent and came back; patient, unless told', async (t) => {
  const patience: (boolean | undefined)[] = [];
  const send = async (_asked: unknown, patient?: boolean) => {
    patience.push(patient);
    return REFUSED;
  };
  const wire = { ...fakeWire(), send };
  const one = bench({ wire });
  const sent = await redeem(one, 'the case', good(redeemingOf(one, TOKEN)));
  await redeem(one, 'the case', good(redeemingOf(one, TOKEN)), false);
  t.strictSame(patience, [true, false]);
  t.equal(sent.token, TOKEN.compact);
  t.equal(sent.answer, REFUSED);
  t.strictSame(sent.form, [
    ['grant_type', GRANT],
    ['assertion', TOKEN.compact],
  ]);
});

t.test('a good one: its access token is kept, where there is one', async (t) => {
  const minted: object[] = [];
  const mint = async (asked: object) => {
    minted.push(asked);
    return TOKEN;
  };
  const idp = fakeIdp({ mint });
  const one = bench({ idp });
  const sent = await sendGood(one, 'a good one');
  t.equal(sent.exchange.what, 'a good one');
  t.strictSame(minted, [{}]);
  t.equal(one.learnt.accessToken, 'an-access-token');
  await sendGood(one, 'given', TOKEN);
  t.equal(minted.length, 1, 'a token that is given is sent');
  const refused = bench({ idp, wire: fakeWire(() => REFUSED) });
  await sendGood(refused, 'x');
  t.equal(refused.learnt.accessToken, undefined);
});
