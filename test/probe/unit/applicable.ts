/** Whether a case is played: where the answer to each condition comes from, and what each sentence says is to be said. */
import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import type { EdgeCase, Need } from '../../../src/edge-cases/edge-case.js';
import { CONDITIONS, type Condition } from '../../../src/edge-cases/situations.js';
import { GIVEN_NAMES, VALUES } from '../../../src/edge-cases/values.js';
import { holds, whyNot } from '../../../src/probe/applicable.js';
import { ProbeOptions } from '../../../src/probe/options.js';
import { newProofKey } from '../../../src/tokens/bend/client-proofs.js';
import { type BenchParts, bench, row } from './make.js';

type Known = readonly [BenchParts, boolean | undefined];
const said = (name: Condition, value: boolean): BenchParts => ({ options: { conditions: { [name]: value } } });
const metadata = (members: object): BenchParts => ({ target: { metadata: members as Record<string, unknown> } });
const both = (one: BenchParts, other: BenchParts): BenchParts => ({ ...one, ...other });
const client = (id: string) => ({ id, secret: 's' });
const key = { ...newProofKey(), kty: 'EC' };
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encryption = { ...rsa.publicKey.export({ format: 'jwk' }), kty: 'RSA' };

const DPOP = metadata({ dpop_signing_alg_values_supported: ['ES256'] });
const RAR = metadata({ authorization_details_types_supported: ['mcp'] });
const NOTHING = metadata({});
const JWT_DPOP = metadata({ grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-dpop'] });

/** What each condition that follows from something follows from. */
const FOLLOWS: { readonly [C in Condition]?: readonly Known[] } = {
  dpop: [
    ...([
      [{}, undefined],
      [NOTHING, false],
      [DPOP, true],
      [metadata({ dpop_signing_alg_values_supported: [] }), false],
    ] as const),
    ...([
      [said('no-dpop', true), false],
      [said('no-dpop', false), true],
      [said('dpop-required', true), true],
    ] as const),
    ...([
      [said('dpop-nonce', true), true],
      [both(DPOP, said('dpop', false)), false],
    ] as const),
    [metadata({ dpop_signing_alg_values_supported: 'ES256' }), false],
  ],
  'no-dpop': [
    ...([
      [{}, undefined],
      [NOTHING, true],
      [DPOP, false],
      [said('dpop', true), false],
      [said('dpop', false), true],
    ] as const),
  ],
  rar: [
    ...([
      [{}, undefined],
      [NOTHING, false],
      [RAR, true],
      [said('no-rar', true), false],
    ] as const),
    ...([
      [both(NOTHING, said('rar', true)), true],
      [both(RAR, said('rar', false)), false],
    ] as const),
  ],
  'no-rar': [
    [{}, undefined],
    [RAR, false],
    [NOTHING, true],
    [said('rar', false), true],
  ],
  'no-jwt-dpop': [
    ...([
      [{}, undefined],
      [NOTHING, true],
      [JWT_DPOP, false],
      [both(JWT_DPOP, said('no-jwt-dpop', true)), true],
    ] as const),
    [metadata({ grant_types_supported: [1, 'urn:ietf:params:oauth:grant-type:jwt-bearer'] }), true],
  ],
  'single-use': [
    ...([
      [{}, undefined],
      [{ learnt: { singleUse: true } }, true],
      [{ learnt: { singleUse: false } }, false],
    ] as const),
    [both({ learnt: { singleUse: false } }, said('single-use', true)), true],
    [{ options: { settings: { replay: 'reject' } } }, true],
    [{ options: { settings: { replay: 'allow' }, conditions: { 'single-use': true } } }, false],
  ],
  'resource-required': [
    ...([
      [{}, false],
      [said('resource-required', true), true],
    ] as const),
    [{ options: { settings: { resource: 'required' } } }, true],
    [{ options: { settings: { resource: 'required' }, conditions: { 'resource-required': false } } }, false],
  ],
  'leeway-of-a-minute': [
    [{}, true],
    [{ options: { settings: { leeway: '60s' } } }, true],
    [{ options: { settings: { leeway: '61s' } } }, false],
  ],
  'client-keys': [
    ...([
      [{}, false],
      [said('client-keys', true), true],
    ] as const),
    [{ options: { client: { id: 'c', key } } }, true],
    [{ options: { client: { id: 'c', key }, conditions: { 'client-keys': false } } }, false],
  ],
  'several-nodes': [
    ...([
      [{}, false],
      [said('several-nodes', true), true],
    ] as const),
    [{ options: { otherNode: 'https://two.as.example/token' } }, true],
  ],
  restartable: [
    [{}, false],
    [{ restart: async () => {} }, true],
  ],
  cimd: [
    ...([
      [{}, undefined],
      [NOTHING, false],
      [said('cimd', true), true],
    ] as const),
    [metadata({ client_id_metadata_document_supported: true }), true],
    [metadata({ client_id_metadata_document_supported: 'yes' }), false],
  ],
  'public-clients': [
    ...([
      [{}, false],
      [said('public-clients', true), true],
    ] as const),
    [{ options: { otherClients: { public: { id: 'p' } } } }, true],
  ],
  'openid-login': [
    ...([
      [{}, false],
      [said('openid-login', true), true],
    ] as const),
    [{ options: { loginCallback: 'https://as.example/callback' } }, true],
  ],
  'encryption-unsupported': [
    ...([
      [{}, true],
      [said('encryption', true), false],
      [said('encryption', false), true],
    ] as const),
    [{ options: { conditions: { encryption: true, 'encryption-unsupported': true } } }, true],
  ],
};

t.test('each condition is known from what it follows from, else from what the user says of it', async (t) => {
  for (const condition of Object.keys(CONDITIONS) as Condition[]) {
    const plain: readonly Known[] = [
      [{}, undefined],
      [said(condition, true), true],
      [said(condition, false), false],
    ];
    for (const [parts, wanted] of FOLLOWS[condition] ?? plain) {
      t.equal(holds(condition, bench(parts)), wanted, `${condition} ${JSON.stringify(parts)}`);
    }
  }
});

t.test('a case whose condition does not hold, or is not known, says so', async (t) => {
  const one = row({ requires: ['leeway-of-a-minute', 'jit'] });
  t.equal(whyNot(one, bench(said('jit', true))), undefined);
  t.equal(
    whyNot(one, bench(said('jit', false))),
    'It is for a server that creates unknown users by their email address; this one is not, or does not.',
  );
  t.equal(
    whyNot(one, bench()),
    'Nobody said whether the server creates unknown users by their email address; say conditions.jit.',
  );
});

t.test('conditions come before needs, and those before waits', async (t) => {
  const all = {
    requires: ['jit' as const],
    claims: { set: { sub: '{otherSubject}' } },
    meanwhile: 'cache-expired' as const,
  };
  t.match(whyNot(row(all), bench()), /conditions\.jit/);
  t.match(whyNot(row(all), bench(said('jit', true))), /say otherUser/);
  const given = { given: { otherSubject: 'u-2' } };
  t.match(whyNot(row(all), bench({ ...said('jit', true), ...given })), /--patience/);
  t.equal(whyNot(row(all), bench({ options: { conditions: { jit: true }, patience: '15m' }, ...given })), undefined);
});

const MADE: { readonly [N in Need]?: Partial<EdgeCase> } = {
  rasKey: { sign: 'ras' },
  clientKey: { sign: 'client' },
  encryptionKey: { encrypt: { what: 'token', to: 'server', alg: 'RSA-OAEP-256', enc: 'A256GCM' } },
};
const SAID: { readonly [N in Need]?: string } = {
  ...{ rasKey: 'keys.ras', clientKey: 'client.key', encryptionKey: 'keys.encryption' },
  ...{ otherSubject: 'otherUser', otherEmail: 'otherUser', otherClientId: 'otherClients.other' },
  ...{ publicClientId: 'otherClients.public', disabledClientId: 'otherClients.disabled' },
  ...{ grantlessClientId: 'otherClients.without-grant', cimdClientId: 'otherClients.cimd' },
};

t.test('each thing that a case may need: what is to be said, and that it then is enough', async (t) => {
  for (const need of [...GIVEN_NAMES, 'rasKey', 'clientKey', 'encryptionKey'] as Need[]) {
    const one = row({ ...(MADE[need] ?? { claims: { set: { sub: `{${need}}` } } }) } as object);
    const how = SAID[need] ?? `given.${need}`;
    const why = whyNot(one, bench());
    t.ok(why?.endsWith(`; say ${how}.`), `${need}: ${why}`);
    if (need in VALUES) t.ok(why?.includes(VALUES[need as keyof typeof VALUES]), need);
    const keys = { ras: key, encryption };
    const parts = { options: { client: { id: 'c', key }, keys }, given: need in VALUES ? { [need]: 'x' } : {} };
    t.equal(whyNot(one, bench(parts)), undefined, `${need} is given`);
  }
});

t.test('what is to be said can be said', async (t) => {
  const parse = (more: object) =>
    ProbeOptions.safeParse({ tokenEndpoint: 'https://as.example', client: { id: 'c' }, ...more });
  for (const name of GIVEN_NAMES) t.ok(parse({ given: { [name]: 'x' } }).success, name);
  for (const name of Object.keys(CONDITIONS)) t.ok(parse({ conditions: { [name]: true } }).success, name);
  for (const path of Object.values(SAID)) {
    const [first = '', second] = path.split('.');
    const value = {
      otherUser: { sub: 'x' },
      keys: path === 'keys.encryption' ? encryption : key,
      client: key,
      otherClients: client('c-2'),
    }[first];
    const more = second === undefined ? { [first]: value } : { [first]: { [second]: value } };
    t.ok(parse(first === 'client' ? { client: { id: 'c', key } } : more).success, path);
  }
});

t.test('a key set without TLS is told from one that never had any', async (t) => {
  const one = row({ idp: { metadata: 'jwks-uri-http' } });
  const why = (idp: object) => whyNot(one, bench({ options: { idp, patience: '1m' } }));
  for (const idp of [{}, { publicUrl: 'http://idp.example' }, { url: 'http://idp.example' }])
    t.match(why(idp), /say idp\.tlsCert and idp\.tlsKey/, JSON.stringify(idp));
  for (const idp of [{ tlsCert: 'c.pem', tlsKey: 'k.pem' }, { publicUrl: 'https://idp.example' }])
    t.equal(why(idp), undefined, JSON.stringify(idp));
});

t.test('an access token that was granted meanwhile is one', async (t) => {
  const one = row({ claims: { set: { sub: '{accessToken}' } } });
  t.match(whyNot(one, bench()), /say given\.accessToken/);
  t.equal(whyNot(one, bench({ learnt: { accessToken: 'at' } })), undefined);
});
