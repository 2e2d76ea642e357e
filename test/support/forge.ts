/**
 * Reads tokens apart and makes new ones, signed with the org's own published development keys where a test needs a token
 * that the org would never issue.
 */
import { readFileSync } from 'node:fs';
import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Jwk } from '../../src/registry/jwk.js';
import { EXAMPLE, type TestOrg } from './org.js';

const { keys } = JSON.parse(
  readFileSync(new URL('../../fixtures/keys/development-signing-keys.json', import.meta.url), 'utf8'),
) as { keys: { id: string; server: string; status: string; jwk: JWK }[] };

/** The key with which a server of the example org signs. */
export async function orgKey(server = 'org', status = 'ACTIVE'): Promise<{ kid: string; key: CryptoKey; jwk: JWK }> {
  const found = keys.find((one) => one.server === server && one.status === status);
  if (!found) throw new Error(`no ${status} key of ${server}`);
  return { kid: found.id, jwk: found.jwk, key: (await importJWK(found.jwk, 'RS256')) as CryptoKey };
}

/** A key pair that nobody has registered. */
export async function freshKey(alg = 'RS256', kid = 'fresh'): Promise<{ key: CryptoKey; jwk: Jwk }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  return { key: privateKey, jwk: jwk as unknown as Jwk };
}

type Claims = Readonly<Record<string, unknown>>;

/** Signs a payload: claims, or any text. */
export function sign(payload: Claims | string, header: Claims & { alg: string }, key: CryptoKey | Uint8Array) {
  const bytes = new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return new CompactSign(bytes).setProtectedHeader(header).sign(key);
}

/** Signs claims as a server of the org would. A header member of undefined is left out. */
export async function signAs(server: string, claims: Claims | string, header: Claims = {}): Promise<string> {
  const { kid, key } = await orgKey(server);
  return sign(claims, JSON.parse(JSON.stringify({ kid, alg: 'RS256', ...header })), key);
}

/** The parts of a compact JWS, parsed, members in the order of the bytes. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at single members
export function parts(token: string): { header: any; claims: any; signature: string } {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: read(header), claims: read(payload), signature };
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with another header or other claims under the signature it had. */
export function tampered(token: string, changes: { header?: Claims; claims?: Claims }): string {
  const { header, claims, signature } = parts(token);
  return [encoded({ ...header, ...changes.header }), encoded({ ...claims, ...changes.claims }), signature].join('.');
}

/** The token without a signature and with alg none. */
export function unsigned(token: string): string {
  const { claims } = parts(token);
  return `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
}

const seconds = () => Math.floor(Date.now() / 1000);

/** An ID token for "Claude (OIDC)" that the org could have issued to Alice; `claims` of undefined are left out. */
export function forgeIdToken(org: TestOrg, claims: Claims = {}, header: Claims = {}, server = 'org'): Promise<string> {
  const iss = server === 'org' ? org.issuer : `${org.issuer}/oauth2/${server}`;
  const jti = `ID.${crypto.randomUUID().replaceAll('-', '')}${'x'.repeat(11)}`;
  const good = {
    sub: '00uAlice000000000001',
    ver: 1,
    iss,
    aud: EXAMPLE.appId,
    iat: seconds(),
    exp: seconds() + 3600,
    jti,
  };
  return signAs(server, { ...good, ...claims }, header);
}

/** An ID-JAG for the custom authorization server `default` that the org could have issued to Alice and the agent. */
export function forgeIdJag(org: TestOrg, claims: Claims = {}, header: Claims = {}): Promise<string> {
  const good = {
    ...{ jti: `IDAAG.${crypto.randomUUID()}`, iss: org.issuer, aud: `${org.issuer}/oauth2/default` },
    ...{ iat: seconds(), exp: seconds() + 300, sub: '00uAlice000000000001', client_id: EXAMPLE.agentId },
    ...{ sub_profile: 'user', scope: 'mcp:read' },
  };
  return signAs('org', { ...good, ...claims }, { typ: 'oauth-id-jag+jwt', ...header });
}
