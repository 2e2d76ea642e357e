/**
 * An application in a request: Okta's JSON with this mock's extensions in `profile`, read into what the registry holds. What
 * the org does not have (other sign-on modes, implicit flow, user names from a directory) is refused by name.
 */
import * as z from 'zod';
import type { ApplicationContent } from '../../admin/application-content.js';
import {
  Application,
  ApplicationGrantType,
  ClientAuthenticationMethod,
  OidcSettings,
  RedirectUri,
} from '../../registry/application.js';
import { MOST_KEYS } from '../../registry/jwk.js';
import { ApplicationExtensions } from '../../registry/okta-extensions.js';
import { SentKey, SentSecret } from '../../registry/sent-credentials.js';
import { SamlSignOn } from './saml-sign-on.js';
import { OktaUserNameTemplate, UserNameTemplate } from './user-name-template.js';

const httpUrl = z.url({ protocol: /^https?$/, error: 'is no http or https URL' }).max(1024);

const jwks = z.object({
  keys: z
    .array(SentKey)
    .max(MOST_KEYS)
    .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'each key must have a kid of its own'),
});

const OauthCredentials = z.object({
  client_id: z
    .string()
    .min(6)
    .max(100)
    .regex(/^[\w$.+!*'(),-]+$/, 'has characters that a client id has not')
    .nullish(),
  client_secret: SentSecret.nullish(),
  token_endpoint_auth_method: ClientAuthenticationMethod.nullish(),
  pkce_required: z.boolean().nullish(),
});

const uris = z.array(RedirectUri.max(2048)).max(200).nullish();

const OauthClient = z.object({
  application_type: OidcSettings.shape.applicationType.unwrap().nullish(),
  grant_types: z.array(ApplicationGrantType).min(1).max(10).nullish(),
  // A service app's say token, of the client credentials that need none; the implicit flow is refused by its grant type.
  response_types: z
    .array(z.enum(['code', 'token']))
    .max(2)
    .nullish(),
  redirect_uris: uris,
  post_logout_redirect_uris: uris,
  jwks: jwks.nullish(),
  jwks_uri: httpUrl.nullish(),
  refresh_token: z
    .object({
      rotation_type: z.enum(['STATIC', 'ROTATE']).nullish(),
      leeway: z.int().min(0).max(60).nullish(),
    })
    .nullish(),
  // To hand out bearer tokens to who asked for bound ones would be wrong.
  dpop_bound_access_tokens: z.literal(false).nullish(),
});

const SHARED = {
  label: Application.shape.label,
  profile: ApplicationExtensions.nullish().transform((profile) => profile ?? ApplicationExtensions.parse({})),
};

const SamlRequest = z.object({
  signOnMode: z.literal('SAML_2_0'),
  ...SHARED,
  credentials: z
    .object({
      userNameTemplate: UserNameTemplate.nullish(),
      signing: z.object({ kid: z.string().nullish() }).nullish(),
    })
    .nullish(),
  // Okta's way to rotate a key sends credentials alone.
  settings: z.object({ signOn: SamlSignOn }).optional(),
});

const OidcRequest = z.object({
  signOnMode: z.literal('OPENID_CONNECT'),
  ...SHARED,
  profile: SHARED.profile.refine(({ spNameQualifier }) => !spNameQualifier, {
    ...{ path: ['spNameQualifier'], error: 'is for SAML applications' },
  }),
  name: z.literal('oidc_client').nullish(),
  credentials: z
    .object({ oauthClient: OauthCredentials.nullish(), userNameTemplate: OktaUserNameTemplate.nullish() })
    .nullish(),
  settings: z.object({ oauthClient: OauthClient }),
});

function samlContent({ label, profile, credentials, settings }: z.infer<typeof SamlRequest>): ApplicationContent {
  const { spNameQualifier, ...extensions } = profile;
  const userName = credentials?.userNameTemplate ?? { usernameFormat: 'OKTA_USERNAME' };
  const saml = settings && { ...settings.signOn, ...userName, spNameQualifier };
  return { label, ...extensions, saml, signingKid: credentials?.signing?.kid ?? undefined };
}

function oidcContent({ label, profile, credentials, settings }: z.infer<typeof OidcRequest>): ApplicationContent {
  const { spNameQualifier: _, ...extensions } = profile;
  const client = settings.oauthClient;
  const sent = credentials?.oauthClient;
  const applicationType = client.application_type ?? 'web';
  const method = sent?.token_endpoint_auth_method ?? (applicationType === 'browser' ? 'none' : 'client_secret_basic');
  return {
    ...{ label, ...extensions },
    oidc: {
      clientId: sent?.client_id ?? undefined,
      clientSecret: sent?.client_secret ?? undefined,
      tokenEndpointAuthMethod: method,
      pkceRequired: sent?.pkce_required ?? method === 'none',
      applicationType,
      grantTypes: client.grant_types ?? ['authorization_code'],
      redirectUris: client.redirect_uris ?? [],
      postLogoutRedirectUris: client.post_logout_redirect_uris ?? [],
      jwks: client.jwks?.keys ?? [],
      jwksUri: client.jwks_uri ?? undefined,
      refreshToken: {
        rotationType: client.refresh_token?.rotation_type ?? 'STATIC',
        leeway: client.refresh_token?.leeway ?? 30,
      },
    },
  };
}

/** The body of `POST` and `PUT`. */
export const ApplicationRequest = z
  .discriminatedUnion('signOnMode', [SamlRequest, OidcRequest], {
    error: 'this org has applications of SAML_2_0 and OPENID_CONNECT only',
  })
  .transform((sent) => (sent.signOnMode === 'SAML_2_0' ? samlContent(sent) : oidcContent(sent)));
