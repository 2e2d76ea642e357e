/**
 * Applications: the OIDC and SAML apps of the org, requesters and resources alike, with the settings of the *Resource
 * Server* tab (Enable XAA, Issuer URL).
 */
import * as z from 'zod';
import { GRANT_TYPE } from '../protocol/urns.js';
import { Activity } from './activity.js';
import { collection } from './collection.js';
import { Jwk, MOST_KEYS } from './jwk.js';
import { SamlSettings } from './saml-settings.js';

export const ApplicationGrantType = z.enum(GRANT_TYPE);

const RefreshTokenPolicy = z.strictObject({
  rotationType: z.enum(['STATIC', 'ROTATE']).default('STATIC'),
  leeway: z.int().min(0).max(60).default(30).describe('Seconds for which a rotated-out token still works.'),
});

/** How an app proves who it is at the token endpoint, in the names of OpenID Connect Core "Client Authentication". */
export const ClientAuthenticationMethod = z.enum([
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
]);

/** Where a browser may be sent. Not to a script, and not to a fragment, which RFC 6749 "Redirection Endpoint" forbids. */
export const RedirectUri = z
  .url({ protocol: /^(?!(?:javascript|data|vbscript)$)/, error: 'is not a URL that a browser may be sent to' })
  .refine((url) => !url.includes('#'), 'has a fragment');

/** When a credential was made and last changed; absent for one that came with the application. */
const CREDENTIAL_DATES = { created: z.string().optional(), lastUpdated: z.string().optional() };

/** A public key of an app; only an active one verifies. */
export const ApplicationJwk = Jwk.and(z.object({ status: Activity.default('ACTIVE'), ...CREDENTIAL_DATES }));
export type ApplicationJwk = z.infer<typeof ApplicationJwk>;

/** Scopes of the org's own API, such as `okta.users.read`. */
export const OktaScope = z
  .string()
  .regex(/^okta\.[A-Za-z.]+\.(?:read|manage)$/, 'is not a scope such as okta.users.read');

export const OidcSettings = z.strictObject({
  clientId: z.string(),
  clientSecret: z.string().optional(),
  clientSecretDates: z.strictObject(CREDENTIAL_DATES).optional(),
  otherSecrets: z
    .array(z.strictObject({ secret: z.string().min(8), status: Activity.default('ACTIVE'), ...CREDENTIAL_DATES }))
    .max(1)
    .default([])
    .describe('The second client secret, while the first one is being replaced.'),
  tokenEndpointAuthMethod: ClientAuthenticationMethod.default('client_secret_basic'),
  jwks: z.array(ApplicationJwk).max(MOST_KEYS).default([]).describe('Public keys for private_key_jwt.'),
  jwksUri: z.url().optional(),
  applicationType: z.enum(['web', 'browser', 'native', 'service']).default('web'),
  grantTypes: z.array(ApplicationGrantType).default(['authorization_code']),
  redirectUris: z.array(RedirectUri).default([]),
  postLogoutRedirectUris: z.array(RedirectUri).default([]),
  pkceRequired: z.boolean().default(false),
  refreshToken: RefreshTokenPolicy.prefault({}),
  oktaScopes: z
    .array(OktaScope)
    .default([])
    .describe("Okta API Scopes granted to a service app, such as okta.users.read, for the org's own API."),
});
export type OidcSettings = z.infer<typeof OidcSettings>;

export const XaaSettings = z.strictObject({
  enabled: z.boolean().default(false).describe('Resource Server > Enable XAA.'),
  issuerUrl: z
    .string()
    .optional()
    .describe("Resource Server > Issuer URL: issuer of the app's authorization server; the aud of ID-JAGs, verbatim."),
  audienceTenantId: z.string().optional().describe('Resource Server > Audience/tenant ID. Has no effect yet.'),
  scopes: z.array(z.string()).max(100).default([]).describe('Scopes the app declares.'),
});

export const Application = z.strictObject({
  id: z.string(),
  /** `oidc_client` for an OIDC app, a slug of the label for a SAML app. */
  name: z.string(),
  label: z.string().max(100).regex(/\S/, 'is blank'),
  origin: z.enum(['custom', 'oin']),
  status: Activity,
  oidc: OidcSettings.optional(),
  saml: SamlSettings.optional(),
  xaa: XaaSettings,
  created: z.string(),
  lastUpdated: z.string(),
});
export type Application = z.infer<typeof Application>;

/** An application that users sign in to by SAML. */
export interface SamlApp extends Application {
  readonly saml: SamlSettings;
}

export function isSamlApp(app: Application | undefined): app is SamlApp {
  return app?.saml !== undefined;
}

export const applications = collection({
  name: 'applications',
  lifetime: 'registry',
  schema: Application,
  indexes: {
    clientId: (app) => (app.oidc ? [app.oidc.clientId] : []),
    label: (app) => [app.label],
    issuerUrl: (app) => (app.xaa.issuerUrl ? [app.xaa.issuerUrl] : []),
    externalKey: (app) => (app.saml ? [app.saml.externalKey] : []),
  },
  unique: ['clientId', 'label', 'issuerUrl', 'externalKey'],
});

const SUB_PROFILES = { web: 'web_app', browser: 'browser_app', native: 'native_app', service: 'service' } as const;

/** What Okta calls the app as an actor: the `sub_profile` of an ID-JAG's inner `act`. */
export function subProfileOf(oidc: OidcSettings): string {
  return SUB_PROFILES[oidc.applicationType];
}
