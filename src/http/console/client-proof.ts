/**
 * How the debugger proves to be a client of the org: by its secret, which the org has; or by a private key, which only the client
 * has, so that it is pasted for one request, or is the published one of the example org.
 */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { type AdminRefusal, notValid } from '../../admin/change.js';
import { IN_PLACE_OF, type Pair } from '../../console/hop.js';
import type { Org } from '../../org.js';
import { CLIENT_ASSERTION_TYPE } from '../../protocol/urns.js';
import { type Client, findClient } from '../../registry/client.js';
import type { Jwk } from '../../registry/jwk.js';
import { exampleAgentKey } from '../../shipped.js';
import { clientAssertionBySecret, signedClientAssertion } from '../../tokens/bend/client-proofs.js';

/** What goes into a request: really, and as it is shown. */
export interface ClientProof {
  readonly headers: readonly Pair[];
  readonly form: readonly Pair[];
  readonly shown: { readonly headers: readonly Pair[]; readonly form: readonly Pair[] };
  /** By which method and with what, for a person to read. */
  readonly by: string;
  /** The client assertion, where there is one. */
  readonly assertion?: string;
  /** The secret itself goes out, in the form or in a header. */
  readonly showsSecret?: boolean;
}

const encoded = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');

/** RFC 6749 "Client Password". */
export const basicHeader = (id: string, secret: string): Pair => [
  'authorization',
  `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`,
];

export function bySecret(id: string, secret: string, method: string): ClientProof {
  if (method === 'client_secret_basic') {
    const shown = { headers: [['authorization', IN_PLACE_OF.basic]] as const, form: [] };
    return { headers: [basicHeader(id, secret)], form: [], shown, by: method, showsSecret: true };
  }
  const named: Pair = ['client_id', id];
  const shown = { headers: [], form: [named, ['client_secret', IN_PLACE_OF.secret] as const] };
  const form: readonly Pair[] = [named, ['client_secret', secret]];
  return { headers: [], form, shown, by: 'client_secret_post', showsSecret: true };
}

function byAssertion(assertion: string, by: string): ClientProof {
  const type: Pair = ['client_assertion_type', CLIENT_ASSERTION_TYPE];
  const shown = { headers: [], form: [type, ['client_assertion', IN_PLACE_OF.assertion] as const] };
  return { headers: [], form: [type, ['client_assertion', assertion]], shown, by, assertion };
}

export function byId(id: string): ClientProof {
  const form: readonly Pair[] = [['client_id', id]];
  return { headers: [], form, shown: { headers: [], form }, by: 'none, the client id alone' };
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

/** Whose key signs, and what is said of it. */
interface Signing {
  readonly jwk: PrivateJwk;
  readonly whose: string;
}

const PUBLISHED =
  'the key of the example agent, which is published (fixtures/keys/claude-agent.jwk.json) and anybody can sign with';

const signing = (jwk: PrivateJwk | string): Signing | string =>
  typeof jwk === 'string' ? jwk : { jwk, whose: 'the key that you pasted' };

/** The private key that belongs to one of those. */
function keyFor(jwks: readonly Jwk[], text: string): Signing | string {
  if (text !== '') return signing(pasted(text, jwks));
  const published = exampleAgentKey();
  const isRegistered = jwks.some((one) => one.kty === 'RSA' && one.n === published.n);
  return isRegistered
    ? { jwk: published, whose: PUBLISHED }
    : 'the client proves itself with a key that only it has: paste its private JWK';
}

/** A client assertion as somebody asks for it. */
interface Asking {
  readonly clientId: string;
  /** Whom it is addressed to. */
  readonly endpoint: string;
  /** The private JWK as it was pasted, or nothing. */
  readonly key: string;
  /** What the field of that is called. */
  readonly label: string;
}

const assertedBy = ({ clock }: Org, { clientId, endpoint }: Pick<Asking, 'clientId' | 'endpoint'>) => ({
  ...{ clientId, audience: endpoint, now: Math.floor(clock.now() / 1000) },
});

function byKey(org: Org, asking: Asking, found: Signing | string): ClientProof | AdminRefusal {
  const wrong = (says: string) => notValid('key', `${asking.label}: ${says}.`);
  if (typeof found === 'string') return wrong(found);
  try {
    const assertion = signedClientAssertion(assertedBy(org, asking), found.jwk);
    return byAssertion(assertion, `private_key_jwt, signed with ${found.whose}`);
  } catch {
    return wrong('cannot sign: an RSA key, or one on P-256, with its private members is needed');
  }
}

/** Proves to be a client of somebody else's server: by the key that was pasted, else by the published one. */
export function byOwnKey(org: Org, asking: Asking): ClientProof | AdminRefusal {
  const found = asking.key === '' ? { jwk: exampleAgentKey(), whose: PUBLISHED } : signing(pasted(asking.key, []));
  return byKey(org, asking, found);
}

/** Proves to be a client that the org has; without a key pasted it is refused only where nothing is there to prove it with. */
export function proofOf(org: Org, asking: Asking): ClientProof | AdminRefusal {
  const { clientId } = asking;
  const { proof } = findClient(org.store.view(), clientId) as Client;
  if (proof.kind === 'none') return byId(clientId);
  if (proof.kind !== 'secret') return byKey(org, asking, keyFor(proof.kind === 'keys' ? proof.jwks : [], asking.key));
  const [secret] = proof.secrets;
  const [method] = proof.methods as [string];
  if (secret === undefined) {
    return notValid('client', `The client ${clientId} has no active secret: add one to it first.`);
  }
  if (method !== 'client_secret_jwt') return bySecret(clientId, secret, method);
  return byAssertion(clientAssertionBySecret(assertedBy(org, asking), secret), method);
}
