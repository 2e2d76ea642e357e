/** How the client proves who it is: each way when nothing is wrong, each way to be wrong, and what is missing for it. */
import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import t from 'tap';
import { CLIENTS, type ClientEdit } from '../../../src/edge-cases/situations.js';
import {
  CREDENTIALS,
  type Credentials,
  credentialsOf,
  isLack,
  type Lack,
} from '../../../src/probe/client-credentials.js';
import type { ProbeClient, ProbeOptionsInput } from '../../../src/probe/options.js';
import { AS, bench, jwtOf, options, SECRET } from './make.js';

const jwkOf = (kind: 'rsa' | 'p256' | 'ed25519', kid?: string) => {
  const made = {
    rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    p256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ed25519: () => generateKeyPairSync('ed25519'),
  }[kind]();
  const jwk = { ...made.privateKey.export({ format: 'jwk' }), ...(kid && { kid }) } as { kty: string; kid?: string };
  return { jwk, publicKey: made.publicKey };
};
const KEY = jwkOf('p256', 'client-1');
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

type Client = ProbeOptionsInput['client'];
const clientOf = (client: Client): ProbeClient => options({ client }).client;
const OTHERS: NonNullable<ProbeOptionsInput['otherClients']> = {
  ...{ other: { id: 'c-2', secret: 'two' }, public: { id: 'c-public' }, disabled: { id: 'c-off', secret: 'off' } },
  ...{
    'without-grant': { id: 'c-less', secret: 'less', authentication: 'post' },
    cimd: { id: 'https://c.example/c.json' },
  },
  'cimd-mismatched': { id: 'https://c.example/wrong.json' },
};

const made = (edit: ClientEdit, parts: { client?: Client; otherClients?: typeof OTHERS; internal?: boolean } = {}) => {
  const { client = { id: 'c 1', secret: SECRET, key: KEY.jwk, authentication: 'basic' }, otherClients = OTHERS } =
    parts;
  const canary = {
    url: 'http://127.0.0.1:9',
    internal: parts.internal ?? true,
    visits: () => [],
    close: async () => {},
  };
  return CREDENTIALS[edit](bench({ options: { client, otherClients }, canary }), jwtOf({ jag: 1 }));
};
const good = (value: Credentials | Lack): Credentials => {
  if (isLack(value)) throw new Error(value.lack);
  return value;
};

/** RFC 6749 "Client Password": both halves are form-encoded. */
function readBasic({ headers = [] }: Credentials): readonly string[] {
  const [name, value = ''] = headers[0] ?? [];
  if (name !== 'authorization' || !value.startsWith('Basic ')) return [];
  const halves = Buffer.from(value.slice(6), 'base64').toString().split(':');
  return halves.map((half) => new URLSearchParams(`=${half}`).get('') as string);
}

const paramsOf = ({ params = [] }: Credentials) => Object.fromEntries(params);

async function assertionOf(credentials: Credentials, { publicKey }: typeof KEY, audience = AS) {
  const params = paramsOf(credentials);
  t.equal(params.client_assertion_type, ASSERTION_TYPE);
  return jwtVerify(String(params.client_assertion), publicKey, {
    ...{ audience, requiredClaims: ['jti', 'iat', 'exp'], currentDate: new Date() },
  });
}

t.test('each way to authenticate, when nothing is wrong', async (t) => {
  const of = (client: Client) => good(credentialsOf(clientOf(client), bench()));
  const basic = of({ id: 'c 1', secret: SECRET });
  t.strictSame(readBasic(basic), ['c 1', SECRET]);
  t.equal(basic.params, undefined);
  t.strictSame(of({ id: 'c 1', secret: SECRET, authentication: 'post' }), {
    params: [
      ['client_id', 'c 1'],
      ['client_secret', SECRET],
    ],
  });
  t.strictSame(of({ id: 'c 1' }), { params: [['client_id', 'c 1']] });
});

t.test('a client assertion by each kind of key', async (t) => {
  for (const [kind, alg] of [
    ['rsa', 'RS256'],
    ['p256', 'ES256'],
    ['ed25519', 'EdDSA'],
  ] as const) {
    const key = jwkOf(kind, `of-${kind}`);
    const credentials = good(credentialsOf(clientOf({ id: 'c-1', key: key.jwk }), bench()));
    const { payload, protectedHeader } = await assertionOf(credentials, key);
    t.match(payload, { iss: 'c-1', sub: 'c-1', aud: AS });
    t.equal((payload.exp as number) - (payload.iat as number), 60);
    t.match(protectedHeader, { alg, kid: `of-${kind}`, typ: 'client-authentication+jwt' });
    t.equal(credentials.headers, undefined);
  }
  const own = good(credentialsOf(clientOf({ id: 'c', key: KEY.jwk, assertionAudience: `${AS}/token` }), bench()));
  t.equal((await assertionOf(own, KEY, `${AS}/token`)).payload.aud, `${AS}/token`);
  const nameless = jwkOf('p256');
  const unnamed = good(credentialsOf(clientOf({ id: 'c', key: nameless.jwk }), bench()));
  t.notOk('kid' in (await assertionOf(unnamed, nameless)).protectedHeader);
});

/** What each edit that needs no signature comes to: the secret of Basic, parameters, query. */
const PLAIN: { readonly [E in ClientEdit]?: { basic?: string[]; params?: object; query?: object } } = {
  none: {},
  other: { basic: ['c-2', 'two'] },
  'wrong-secret': { basic: ['c 1', `${SECRET}-wrong`] },
  'id-only': { params: { client_id: 'c 1' } },
  public: { params: { client_id: 'c-public' } },
  'two-methods': { basic: ['c 1', SECRET], params: { client_id: 'c 1', client_secret: SECRET } },
  'basic-with-other-client-id': { basic: ['c 1', SECRET], params: { client_id: 'c-2' } },
  'secret-in-query': { query: { client_secret: SECRET }, params: { client_id: 'c 1' } },
  disabled: { basic: ['c-off', 'off'] },
  'without-grant': { params: { client_id: 'c-less', client_secret: 'less' } },
  'assertion-is-the-id-jag': { params: { client_assertion_type: ASSERTION_TYPE, client_assertion: jwtOf({ jag: 1 }) } },
  cimd: { params: { client_id: 'https://c.example/c.json' } },
  'cimd-mismatched': { params: { client_id: 'https://c.example/wrong.json' } },
  'cimd-internal': { params: { client_id: 'http://127.0.0.1:9/client.json' } },
};

const SIGNED = ['private-key-jwt', 'assertion-wrong-aud', 'assertion-expired', 'assertion-replayed'] as const;

t.test('each way to be wrong', async (t) => {
  const edits = Object.keys(CLIENTS) as ClientEdit[];
  const elsewhere = [...SIGNED, 'malformed-basic'];
  t.strictSame([...Object.keys(PLAIN), ...elsewhere].sort(), [...edits].sort(), 'all of them are looked at here');
  for (const [edit, { basic = [], params = {}, query = {} }] of Object.entries(PLAIN)) {
    const credentials = good(made(edit as ClientEdit));
    t.strictSame(readBasic(credentials), basic, edit);
    t.strictSame(paramsOf(credentials), params, edit);
    t.strictSame(Object.fromEntries(credentials.query ?? []), query, edit);
  }
  const malformed = good(made('malformed-basic'));
  t.strictSame(paramsOf(malformed), { client_id: 'c 1' }, 'the client is known all the same');
  const [[name, value] = []] = malformed.headers ?? [];
  t.equal(name, 'authorization');
  t.match(value, /^Basic [^A-Za-z0-9]/);
});

t.test('assertions that are right, for another, and too old', async (t) => {
  for (const edit of ['private-key-jwt', 'assertion-replayed'] as const) {
    t.match((await assertionOf(good(made(edit)), KEY)).payload, { iss: 'c 1', aud: AS }, edit);
  }
  const other = good(made('assertion-wrong-aud'));
  t.equal((await assertionOf(other, KEY, 'https://as.other.example')).payload.iss, 'c 1', 'right but for aud');
  const old = good(made('assertion-expired'));
  await t.rejects(assertionOf(old, KEY), { code: 'ERR_JWT_EXPIRED' });
  const [one, two] = [made('private-key-jwt'), made('private-key-jwt')].map(
    (some) => paramsOf(good(some)).client_assertion,
  );
  t.not(one, two, 'each has a jti of its own');
});

t.test('a wrong secret is one also where the client authenticates otherwise', async (t) => {
  const of = (authentication: 'post' | 'private_key_jwt' | 'none') =>
    good(made('wrong-secret', { client: { id: 'c-1', secret: SECRET, key: KEY.jwk, authentication } }));
  t.strictSame(paramsOf(of('post')), { client_id: 'c-1', client_secret: `${SECRET}-wrong` });
  for (const way of ['private_key_jwt', 'none'] as const)
    t.strictSame(readBasic(of(way)), ['c-1', `${SECRET}-wrong`], way);
});

t.test('what is missing is said', async (t) => {
  const bare = { client: { id: 'c-1' }, otherClients: {}, internal: false };
  const lacks: { readonly [E in ClientEdit]?: RegExp } = {
    ...{
      'wrong-secret': /no secret/,
      'id-only': /no secret/,
      'two-methods': /no secret/,
      'secret-in-query': /no secret/,
    },
    ...{ 'basic-with-other-client-id': /no secret/, 'private-key-jwt': /say client\.key/ },
    ...{ 'assertion-wrong-aud': /say client\.key/, 'assertion-expired': /say client\.key/ },
    ...{ 'assertion-replayed': /say client\.key/, 'cimd-internal': /no address of the inside/ },
    ...{ other: /say otherClients\.other/, public: /say otherClients\.public/, cimd: /say otherClients\.cimd$/ },
    ...{ disabled: /say otherClients\.disabled/, 'without-grant': /say otherClients\.without-grant/ },
    'cimd-mismatched': /say otherClients\.cimd-mismatched/,
  };
  for (const edit of Object.keys(CLIENTS) as ClientEdit[]) {
    const lack = made(edit, bare);
    const wanted = lacks[edit];
    t.equal(isLack(lack), wanted !== undefined, edit);
    if (wanted && isLack(lack)) t.match(lack.lack, wanted, edit);
  }
  const single = made('basic-with-other-client-id', { otherClients: {} });
  t.match(isLack(single) && single.lack, /say otherClients\.other/);
});
