/**
 * An application in Okta's JSON: the full set of members, with Okta's usual values for what this org does not model, and this
 * mock's extensions in `profile`.
 */
import * as z from 'zod';
import { KEYS } from '../../admin/application-credentials.js';
import { expandIssuer, type Org, settingsOf } from '../../org.js';
import { orn } from '../../protocol/ids.js';
import { Activity } from '../../registry/activity.js';
import type { Application, ApplicationJwk, OidcSettings } from '../../registry/application.js';
import { credentialLinks, lifecycleLink } from './links.js';
import { signOnBody } from './saml-sign-on.js';
import { userNameTemplateBody } from './user-name-template.js';

export const ApplicationBody = z.looseObject({
  id: z.string(),
  orn: z.string(),
  name: z.string(),
  label: z.string(),
  status: Activity,
  lastUpdated: z.string(),
  created: z.string(),
  signOnMode: z.enum(['SAML_2_0', 'OPENID_CONNECT']),
  profile: z.looseObject({ xaa: z.looseObject({ enabled: z.boolean(), scopes: z.array(z.string()) }) }),
  credentials: z.looseObject({}),
  settings: z.looseObject({}),
});

/** The addresses of an application and of what belongs to it. */
export const appUrl = (org: Org, appId: string, path = '') => `${org.issuer}/api/v1/apps/${appId}${path}`;

/** A public key, with what may be done to it. */
export function keyBody(org: Org, app: Application, key: ApplicationJwk) {
  const { status, created = app.created, lastUpdated = created, ...jwk } = key;
  const id = KEYS.idOf(app, key);
  const _links = credentialLinks(status, appUrl(org, app.id, `/credentials/jwks/${id}`));
  return { id, use: 'sig', ...jwk, status, created, lastUpdated, _links };
}

const isSecretMethod = (method: string) => method.startsWith('client_secret');

function oauthCredentials({ clientId, clientSecret, tokenEndpointAuthMethod: method, pkceRequired }: OidcSettings) {
  return {
    autoKeyRotation: true,
    client_id: clientId,
    ...(isSecretMethod(method) && clientSecret !== undefined && { client_secret: clientSecret }),
    ...{ token_endpoint_auth_method: method, pkce_required: pkceRequired },
  };
}

/** Okta's of the flow that a grant type belongs to: a service app's is `token`. */
function responseTypes(grantTypes: OidcSettings['grantTypes']): string[] {
  if (grantTypes.includes('authorization_code')) return ['code'];
  return grantTypes.includes('client_credentials') ? ['token'] : [];
}

function oauthClient(org: Org, app: Application, oidc: OidcSettings) {
  const { rotationType, leeway } = oidc.refreshToken;
  return {
    ...{ client_uri: null, logo_uri: null, redirect_uris: oidc.redirectUris },
    post_logout_redirect_uris: oidc.postLogoutRedirectUris,
    response_types: responseTypes(oidc.grantTypes),
    ...{ grant_types: oidc.grantTypes, application_type: oidc.applicationType },
    ...(oidc.jwks.length > 0 && { jwks: { keys: oidc.jwks.map((key) => keyBody(org, app, key)) } }),
    ...(oidc.jwksUri !== undefined && { jwks_uri: oidc.jwksUri }),
    ...(oidc.grantTypes.includes('refresh_token') && { refresh_token: { rotation_type: rotationType, leeway } }),
    ...{ consent_method: 'TRUSTED', issuer_mode: 'ORG_URL' },
    idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
    ...{ wildcard_redirect: 'DISABLED', dpop_bound_access_tokens: false, participate_slo: false },
  };
}

/** Members that every application has alike. */
const settingsOfAll = (own: object) => ({
  app: {},
  notifications: { vpn: { network: { connection: 'DISABLED' }, message: null, helpUrl: null } },
  ...{ manualProvisioning: false, implicitAssignment: false, notes: { admin: null, enduser: null } },
  ...own,
});

function links(org: Org, { id, name, label, oidc, saml, status }: Application) {
  const href = (path: string) => ({ href: appUrl(org, id, path) });
  return {
    ...(oidc && { clientCredentials: [{ name: 'secrets', ...href('/credentials/secrets') }] }),
    ...(saml && { metadata: { ...href('/sso/saml/metadata'), type: 'application/xml' } }),
    appLinks: [{ name: 'login', href: `${org.issuer}/home/${name}/${id}`, type: 'text/html', title: label }],
    ...{ self: href(''), groups: href('/groups'), users: href('/users') },
    ...lifecycleLink(status, href('').href),
  };
}

/** @returns Okta's members in Okta's order; an OIDC app's client secret is among them, as at Okta */
export function applicationBody(org: Org, app: Application) {
  const { id, name, label, status, created, lastUpdated, oidc, saml, origin, xaa } = app;
  const issuerUrl = xaa.issuerUrl && expandIssuer(org, xaa.issuerUrl);
  return {
    ...{ id, orn: orn.application(settingsOf(org).id, name, id), name, label, status, lastUpdated, created },
    accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
    visibility: {
      ...{ autoLaunch: false, autoSubmitToolbar: false, hide: { iOS: oidc !== undefined, web: oidc !== undefined } },
      appLinks: { [`${name}_link`]: true },
    },
    features: [],
    signOnMode: saml ? 'SAML_2_0' : 'OPENID_CONNECT',
    credentials: {
      userNameTemplate: userNameTemplateBody(saml ?? { usernameFormat: 'OKTA_USERNAME' }),
      ...{
        signing: saml ? { kid: org.samlKeys.active(saml).kid } : {},
        ...(oidc && { oauthClient: oauthCredentials(oidc) }),
      },
    },
    profile: {
      ...{ xaa: { ...xaa, ...(issuerUrl && { issuerUrl }) }, origin },
      ...(saml?.spNameQualifier && { spNameQualifier: true }),
    },
    settings: settingsOfAll({
      ...(saml && { signOn: signOnBody(saml) }),
      ...(oidc && { oauthClient: oauthClient(org, app, oidc) }),
    }),
    _links: links(org, app),
  };
}
