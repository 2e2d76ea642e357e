/** The example org's service app "Okta API client": its client assertion, and access tokens in its own name. */
import { readFileSync } from 'node:fs';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import type { Answer, AssertionOptions, Parameters, TestOrg } from './org.js';

export const API_CLIENT = '0oaOktaApiClient0001';

/** Its private key, as it is published for tests. */
export const API_CLIENT_JWK = JSON.parse(
  readFileSync(new URL('../../fixtures/keys/api-client.jwk.json', import.meta.url), 'utf8'),
) as JWK & { kid: string };
const key = (await importJWK(API_CLIENT_JWK, 'RS256')) as CryptoKey;

/** Its client assertion as form parameters; of another client with the same key when `clientId` is given. */
export function asApiClient(
  org: TestOrg,
  { claims, ...options }: AssertionOptions = {},
  clientId = API_CLIENT,
): Promise<Parameters> {
  const header = { kid: API_CLIENT_JWK.kid };
  return org.asAgent({ header, key, ...options, claims: { iss: clientId, sub: clientId, ...claims } });
}

/** Asks for an access token in its own name. */
export async function askAsApiClient(org: TestOrg, scope: string | undefined, more: Parameters = {}): Promise<Answer> {
  const form = { grant_type: GRANT_TYPE.clientCredentials, scope, ...(await asApiClient(org)), ...more };
  return org.post('/oauth2/v1/token', form);
}

/** An access token in its own name. */
export async function apiAccessToken(org: TestOrg, scope: string): Promise<string> {
  return (await askAsApiClient(org, scope)).body.access_token;
}
