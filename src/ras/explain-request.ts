/** What a person asks to be explained, and what is expected where nothing is said: the org as issuer, with its own keys. */
import * as z from 'zod';
import { type Org, secondsNow } from '../org.js';
import { ASYMMETRIC_ALGORITHMS, type Expectations, type Explanation, explainIdJag } from './explain.js';

const text = z.string().min(1).max(2000);

/** The members of a public key are texts, or lists of texts. */
const isPlain = (key: object) =>
  Object.values(key).every((value) => [value].flat().every((one) => typeof one !== 'object'));

const Jwk = z.looseObject({ kty: z.string() }).refine(isPlain, 'has a member that is no text and no list of texts');
const Jwks = z.array(Jwk).max(100);
const Keys = z.union([Jwks, z.looseObject({ keys: Jwks })], {
  error: 'is neither a JWK Set nor an array of JWKs, 100 at most, each with its kty',
});
type Keys = z.infer<typeof Keys>;

const listOf = (keys: Keys) => (Array.isArray(keys) ? keys : keys.keys);

/** Neither the private half of a key pair nor a shared secret. */
const isPublic = (key: object) => !('d' in key || 'k' in key);

export const ExplainRequest = z.strictObject({
  token: z.string().describe('The ID-JAG, or what you take for one.'),
  issuer: text.optional().describe('What iss must be. Unless told, the issuer of the org.'),
  audience: text.optional().describe('Your own issuer: what aud must be.'),
  clientId: text.optional().describe('The client that presents it, by its id at your server: what client_id must be.'),
  resource: text.optional().describe('Your MCP server: what resource must name.'),
  now: z.number().min(0).max(8.64e12).optional().describe('Seconds since 1970. Unless told, the time of the org.'),
  leeway: z.number().min(0).max(86_400).optional().describe('Seconds that clocks may differ. Unless told, 0.'),
  algorithms: z
    .array(z.enum(ASYMMETRIC_ALGORITHMS))
    .min(1)
    .max(20)
    .optional()
    .describe('The algorithms that you take. Unless told, RS256.'),
  keys: Keys.refine((keys) => listOf(keys).every(isPublic), 'has a key that is not public; give the public half')
    .optional()
    .describe(
      'The public keys of the issuer, as JWK Set or array. Unless told, those of the org, if it is the issuer.',
    ),
});
export type ExplainRequest = z.infer<typeof ExplainRequest>;

/** The keys of another issuer are not known here, and not fetched. */
function keysFor(org: Org, issuer: string, keys: Keys | undefined): Expectations['keys'] {
  if (keys) return listOf(keys);
  return issuer === org.issuer ? org.keys.ofServer('org') : undefined;
}

/** Explains a token as seen from the org. */
export async function explainAsked(org: Org, request: ExplainRequest): Promise<Explanation> {
  const { token, issuer = org.issuer, now = secondsNow(org), keys, ...rest } = request;
  return explainIdJag(token, { ...rest, issuer, now, keys: keysFor(org, issuer, keys) });
}
