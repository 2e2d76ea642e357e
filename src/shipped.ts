/** The files that come with the program, from wherever it runs: the example org, the published keys, its version. */
import type { JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SigningKey } from './registry/jwk.js';
import type { SamlKey } from './registry/saml-key.js';
import type { EdgeCaseKeys } from './tokens/bend/edge-case-keys.js';

/** From src/ and from dist/ alike: the bundle has no folders. */
const shipped = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** Path of the example org. */
export const EXAMPLE_ORG = shipped('fixtures/org.json');

/** The signing keys of an org whose file names none. */
export function developmentKeys(): readonly SigningKey[] {
  const text = readFileSync(shipped('fixtures/keys/development-signing-keys.json'), 'utf8');
  return (JSON.parse(text) as { keys: SigningKey[] }).keys;
}

/** The key by which the assertions for an application are signed that has none of its own. */
export function developmentSamlKey(): SamlKey {
  return JSON.parse(readFileSync(shipped('fixtures/keys/development-saml-key.json'), 'utf8')) as SamlKey;
}

/** The folder for edge cases of one's own. */
export const EDGE_CASE_FOLDER = shipped('fixtures/edge-cases');

/** The keys that edge cases are signed with. */
export function shippedEdgeCaseKeys(): EdgeCaseKeys {
  return JSON.parse(readFileSync(shipped('fixtures/keys/edge-case-keys.json'), 'utf8')) as EdgeCaseKeys;
}

/** The private key of the example org's agent "Claude (Requester App)", which is published. A JWK. */
export function exampleAgentKey(): JsonWebKey & { readonly kid: string } {
  return JSON.parse(readFileSync(shipped('fixtures/keys/claude-agent.jwk.json'), 'utf8'));
}

/** Such as `1.2.3`. */
export function version(): string {
  return (JSON.parse(readFileSync(shipped('package.json'), 'utf8')) as { version: string }).version;
}
