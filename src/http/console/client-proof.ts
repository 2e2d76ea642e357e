/**
 * How the debugger proves to be a client of the org: by its secret, which the org has; or by a private key, which only the client
 * has, so that it is pasted for one request, or is the published one of the example org.
 */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { type AdminRefusal, notValid } from '../../admin/change.js';
import type { Pair } from '../../console/hop.js';
import type { Org } from '../../org.js';
import { CLIENT_ASSERTION_TYPE } from '../../protocol/urns.js';
import { type Client, findClient } from '../../registry/client.js';
import type { Jwk } from '../../registry/jwk.js';
import { exampleAgentKey } from '../../shipped.js';
import { signedClientAssertion } from '../../tokens/bend/client-proofs.js';

/** What goes into a request: really, and as it is shown. */
export interface ClientProof {
  readonly headers: readonly Pair[];
  readonly form: readonly Pair[];
  readonly shown: { readonly headers: readonly Pair[]; readonly form: readonly Pair[] };
}

const encoded = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');

/** RFC 6749 "Client Password". */
export const basicHeader = (id: string, secret: string): Pair => [
  'authorization',
  `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`,
];

export function bySecret(id: string, secret: string, method: string): ClientProof {
  if (method === 'client_secret_basic') {
    const shown = { headers: [['authorization', 'Basic $CLIENT_ID_AND_SECRET']] as const, form: [] };
    return { headers: [basicHeader(id, secret)], form: [], shown };
  }
  const named: Pair = ['client_id', id];
  const shown = { headers: [], form: [named, ['client_secret', '$CLIENT_SECRET'] as const] };
  return { headers: [], form: [named, ['client_secret', secret]], shown };
}

export function byId(id: string): ClientProof {
  const form: readonly Pair[] = [['client_id', id]];
  return { headers: [], form, shown: { headers: [], form } };
}

type PrivateJwk = JsonWebKey & { readonly kid?: string };

/** The key that was pasted, with the `kid` under which its public half is registered. */
function pasted(text: string, jwks: readonly Jwk[]): PrivateJwk | string {
  try {
    const jwk = JSON.parse(text) as PrivateJwk;
    const own = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' });
    const registered = jwks.find((one) => (one.kty === 'RSA' ? one.n === own.n : one.x === own.x));
    return { ...jwk, ...(registered && { kid: registered.kid }) };
  } catch {
    return 'is no private key that can be read: paste a JWK ({ "kty": …, "d": … })';
  }
}

/** The private key that belongs to one of those. */
function keyFor(jwks: readonly Jwk[], text: string): PrivateJwk | string {
  if (text !== '') return pasted(text, jwks);
  const published = exampleAgentKey();
  const isRegistered = jwks.some((one) => one.kty === 'RSA' && one.n === published.n);
  return isRegistered ? published : 'the client proves itself with a key that only it has: paste its private JWK';
}

function byKey(org: Org, { clientId }: Client, endpoint: string, jwk: PrivateJwk): ClientProof | string {
  try {
    const now = Math.floor(org.clock.now() / 1000);
    const assertion = signedClientAssertion({ clientId, audience: endpoint, now }, jwk);
    const type: Pair = ['client_assertion_type', CLIENT_ASSERTION_TYPE];
    const shown = { headers: [], form: [type, ['client_assertion', '$CLIENT_ASSERTION'] as const] };
    return { headers: [], form: [type, ['client_assertion', assertion]], shown };
  } catch {
    return 'cannot sign: an RSA key, or one on P-256, with its private members is needed';
  }
}

/**
 * Proves to be that client of the org.
 * @param key the private JWK as it was pasted, or nothing
 * @param label what the field of that is called
 */
export function proofOf(
  org: Org,
  clientId: string,
  { endpoint, key, label }: { readonly endpoint: string; readonly key: string; readonly label: string },
): ClientProof | AdminRefusal {
  const client = findClient(org.store.view(), clientId);
  if (!client) return notValid('client', `There is no client ${JSON.stringify(clientId)} in this org.`);
  const { proof } = client;
  if (proof.kind === 'none') return byId(clientId);
  if (proof.kind === 'secret') {
    const [secret] = proof.secrets;
    const method = proof.methods.find((one) => one !== 'client_secret_jwt') ?? 'client_secret_post';
    return secret === undefined
      ? notValid('client', `The client ${clientId} has no active secret: add one to it first.`)
      : bySecret(clientId, secret, method);
  }
  const jwk = keyFor(proof.kind === 'keys' ? proof.jwks : [], key);
  const proved = typeof jwk === 'string' ? jwk : byKey(org, client, endpoint, jwk);
  return typeof proved === 'string' ? notValid('key', `${label}: ${proved}.`) : proved;
}
