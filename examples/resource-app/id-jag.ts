/**
 * Reading an ID-JAG: the strict decoding of a compact JWS, and the check of its signature with keys of the one issuer
 * that was configured. Nothing in the token ever decides where a key is fetched from.
 */
import { compactVerify, createRemoteJWKSet, customFetch } from 'jose';

/** An ID-JAG as it was presented. The claims prove nothing before the check `signature-verifies` has passed. */
export interface IdJag {
  readonly compact: string;
  readonly wellFormed: boolean;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

const MAX_ID_JAG_CHARACTERS = 16 * 1024;
const MAX_DOCUMENT_BYTES = 256 * 1024;
const COMPACT_JWS = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

/** JSON.parse takes the last of two members of one name, another parser the first: a token must not say two things. */
function namesRepeat(json: string): boolean {
  const open: Set<unknown>[] = [];
  for (const [token, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const name: unknown = JSON.parse(token.slice(0, -colon.length));
      if (open.at(-1)?.has(name)) return true;
      open.at(-1)?.add(name);
    }
  }
  return false;
}

/** The JSON object in one base64url part; undefined when it is anything else. */
function readObject(part: string): Record<string, unknown> | undefined {
  try {
    const bytes = Buffer.from(part, 'base64url');
    if (bytes.toString('base64url') !== part) return undefined;
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || namesRepeat(json)) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Reads what was sent as `assertion`. Never throws: whatever cannot be read is an ID-JAG that is not well formed. */
export function readIdJag(compact: string): IdJag {
  const [, first = '', second = ''] = compact.length > MAX_ID_JAG_CHARACTERS ? [] : (COMPACT_JWS.exec(compact) ?? []);
  const header = readObject(first);
  const claims = readObject(second);
  if (!header || !claims) return { compact, wellFormed: false, header: {}, claims: {} };
  return { compact, wellFormed: true, header, claims };
}

/** Fetches a JSON object, bounded in time and size, without following redirects. */
async function fetchDocument(url: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (!response.ok || response.body === null) throw new Error(`no document at ${url}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_DOCUMENT_BYTES) throw new Error(`the document at ${url} is too large`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** The issuer's key set, found through its own metadata, which must name the very issuer that was configured. */
async function fetchKeySet(issuer: string, signal: AbortSignal): Promise<Response> {
  const metadataUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const metadata = await fetchDocument(metadataUrl, signal);
  if (metadata.issuer !== issuer) throw new Error(`the metadata of ${issuer} names another issuer`);
  const keysUrl = new URL(String(metadata.jwks_uri));
  if (keysUrl.protocol !== new URL(issuer).protocol) throw new Error(`${keysUrl} is less protected than ${issuer}`);
  return Response.json(await fetchDocument(keysUrl.href, signal));
}

/** How long keys are kept, and how soon an unknown `kid` may cause the next fetch, both in milliseconds. */
export interface KeyCaching {
  readonly cacheMaxAge?: number;
  readonly cooldownDuration?: number;
}

/**
 * The signature check for one trusted issuer. jose keeps the keys for ten minutes and fetches them again for a `kid` it
 * has not seen, at most every thirty seconds, so a rotated key is found and a flood of invented ones is not passed on.
 * Which algorithms are welcome is not asked here but by the check `alg-allowed`, which stands before this one.
 */
export function signatureOf(trustedIssuer: string, caching: KeyCaching = {}): (idJag: IdJag) => Promise<boolean> {
  const keys = createRemoteJWKSet(new URL(trustedIssuer), {
    ...caching,
    [customFetch]: (_url, { signal }) => fetchKeySet(trustedIssuer, signal),
  });
  return (idJag) =>
    compactVerify(idJag.compact, keys).then(
      () => true,
      () => false,
    );
}
