/** How the client of a request proves who it is: as the user says, or wrong in the way that a case has it. A table. */
import type { ClientEdit } from '../edge-cases/situations.js';
import { CLIENT_ASSERTION_TYPE } from '../protocol/urns.js';
import { signedClientAssertion } from '../tokens/bend/client-proofs.js';
import { type Bench, secondsNow } from './bench.js';
import type { ProbeClient } from './options.js';

/** What goes with a request. */
export interface Credentials {
  readonly headers?: readonly (readonly [string, string])[];
  readonly params?: readonly (readonly [string, string])[];
  readonly query?: readonly (readonly [string, string])[];
}

/** What is missing, as a sentence for the report. */
export interface Lack {
  readonly lack: string;
}

const NO_SECRET = { lack: 'the client has no secret' };
const NO_KEY = { lack: 'the client has no key; say client.key' };

/** RFC 6749 "Client Password": each half is form-encoded before they are joined. */
function basicOf(id: string, secret: string): readonly [string, string] {
  const encoded = (half: string) => new URLSearchParams([['', half]]).toString().slice(1);
  return ['authorization', `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`];
}

const assertionParams = (assertion: string): Credentials => ({
  params: [
    ['client_assertion_type', CLIENT_ASSERTION_TYPE],
    ['client_assertion', assertion],
  ],
});

function assertedBy(client: ProbeClient, bench: Bench, more: { audience?: string; lifetime?: number } = {}) {
  if (!client.key) return NO_KEY;
  const audience = client.assertionAudience ?? bench.target.issuer;
  return assertionParams(
    signedClientAssertion({ clientId: client.id, audience, now: secondsNow(), ...more }, client.key),
  );
}

/** The client as it authenticates when nothing is wrong. */
export function credentialsOf(client: ProbeClient, bench: Bench): Credentials | Lack {
  const { id, secret = '', authentication } = client;
  if (authentication === 'private_key_jwt') return assertedBy(client, bench);
  if (authentication === 'basic') return { headers: [basicOf(id, secret)] };
  const named = ['client_id', id] as const;
  return { params: authentication === 'post' ? [named, ['client_secret', secret]] : [named] };
}

/** A client of those that the user may name besides. */
const another =
  (name: keyof Bench['options']['otherClients']) =>
  (bench: Bench): Credentials | Lack => {
    const client = bench.options.otherClients[name];
    return client ? credentialsOf(client, bench) : { lack: `there is no such client; say otherClients.${name}` };
  };

/** With the secret of the client, if it has one. */
const withSecret =
  (make: (id: string, secret: string, bench: Bench) => Credentials | Lack) =>
  (bench: Bench): Credentials | Lack => {
    const { id, secret } = bench.options.client;
    return secret === undefined ? NO_SECRET : make(id, secret, bench);
  };

/** By a secret, whatever way the client authenticates otherwise. */
const wrongSecret = withSecret((_id, secret, bench) => {
  const { client } = bench.options;
  const authentication = client.authentication === 'post' ? 'post' : 'basic';
  return credentialsOf({ ...client, authentication, secret: `${secret}-wrong` }, bench);
});

function basicWithOther(id: string, secret: string, { options }: Bench): Credentials | Lack {
  const other = options.otherClients.other;
  if (!other) return { lack: 'there is no second client; say otherClients.other' };
  return { headers: [basicOf(id, secret)], params: [['client_id', other.id]] };
}

/** A client id whose metadata document lies inside. */
function internalDocument({ canary }: Bench): Credentials | Lack {
  if (!canary.internal) return { lack: 'the canary has no address of the inside' };
  return { params: [['client_id', `${canary.url}/client.json`]] };
}

type Maker = (bench: Bench, token: string) => Credentials | Lack;

export const CREDENTIALS: Readonly<Record<ClientEdit, Maker>> = {
  none: () => ({}),
  other: another('other'),
  'wrong-secret': wrongSecret,
  'id-only': withSecret((id) => ({ params: [['client_id', id]] })),
  public: another('public'),
  'two-methods': withSecret((id, secret) => ({
    headers: [basicOf(id, secret)],
    params: [
      ['client_id', id],
      ['client_secret', secret],
    ],
  })),
  'basic-with-other-client-id': withSecret(basicWithOther),
  // Both name the client in the body as well: a server that looks for it there only is not to refuse for want of it.
  'malformed-basic': ({ options }) => ({
    headers: [['authorization', 'Basic %%%not-base64%%%']],
    params: [['client_id', options.client.id]],
  }),
  'secret-in-query': withSecret((id, secret) => ({
    // Not in both places: a server that reads them as one would refuse it for saying client_id twice.
    params: [['client_id', id]],
    query: [['client_secret', secret]],
  })),
  disabled: another('disabled'),
  'without-grant': another('without-grant'),
  'private-key-jwt': (bench) => assertedBy(bench.options.client, bench),
  'assertion-wrong-aud': (bench) => assertedBy(bench.options.client, bench, { audience: 'https://as.other.example' }),
  'assertion-expired': (bench) => assertedBy(bench.options.client, bench, { lifetime: -600 }),
  // Sent once before by who plays the case.
  'assertion-replayed': (bench) => assertedBy(bench.options.client, bench),
  'assertion-is-the-id-jag': (_bench, token) => assertionParams(token),
  cimd: another('cimd'),
  'cimd-mismatched': another('cimd-mismatched'),
  'cimd-internal': internalDocument,
};

export const isLack = (value: object): value is Lack => 'lack' in value;
