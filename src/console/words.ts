/** What Okta's console calls the values that its API and the registry have other words for. */
import { GRANT_TYPE } from '../protocol/urns.js';
import type { Application, OidcSettings } from '../registry/application.js';
import type { NameIdFormat, SamlContent, UserNameFormat } from '../registry/saml-settings.js';
import type { UserStatus } from '../registry/user.js';
import type { Option } from './forms.js';

const optionsOf = <V extends string>(
  labels: Readonly<Record<V, string>>,
): readonly (Option & { readonly value: V })[] =>
  (Object.keys(labels) as V[]).map((value) => ({ value, label: labels[value] }));

export const NAME_ID_LABELS: Readonly<Record<NameIdFormat, string>> = {
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified': 'Unspecified',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress': 'EmailAddress',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName': 'x509SubjectName',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent': 'Persistent',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient': 'Transient',
};
/** *Name ID Format*. */
export const NAME_ID_FORMATS = optionsOf(NAME_ID_LABELS);

export const USER_NAME_LABELS: Readonly<Record<UserNameFormat, string>> = {
  OKTA_USERNAME: 'Okta username',
  OKTA_USERNAME_PREFIX: 'Okta username prefix',
  EMAIL: 'Email',
  EMAIL_PREFIX: 'Email prefix',
  EMAIL_LOWERCASE: 'Email (lowercase)',
  CUSTOM: 'Custom',
  NONE: '(None)',
};
/** *Application username format*. */
export const USER_NAME_FORMATS = optionsOf(USER_NAME_LABELS);

export const ORIGIN_LABELS: Readonly<Record<Application['origin'], string>> = {
  custom: 'Custom: made in this org',
  oin: 'OIN: the Okta Integration Network',
};
export const ORIGINS = optionsOf(ORIGIN_LABELS);

/** *Grant types*, each with its name on the wire. */
export const GRANT_TYPES: readonly Option[] = [
  { value: GRANT_TYPE.authorizationCode, label: 'Authorization Code' },
  { value: GRANT_TYPE.refreshToken, label: 'Refresh Token' },
  { value: GRANT_TYPE.password, label: 'Resource Owner Password' },
  { value: GRANT_TYPE.clientCredentials, label: 'Client Credentials' },
  { value: GRANT_TYPE.tokenExchange, label: 'Token Exchange' },
  { value: GRANT_TYPE.jwtBearer, label: 'JWT Bearer' },
];

const METHOD_LABELS: Readonly<Record<OidcSettings['tokenEndpointAuthMethod'], string>> = {
  client_secret_basic: 'Client secret, in the header (client_secret_basic)',
  client_secret_post: 'Client secret, in the form (client_secret_post)',
  client_secret_jwt: 'Client secret, as the key of a JWT (client_secret_jwt)',
  private_key_jwt: 'Public key / Private key (private_key_jwt)',
  none: 'None (none)',
};
/** *Client authentication*. */
export const AUTHENTICATION_METHODS = optionsOf(METHOD_LABELS);

const TYPE_LABELS: Readonly<Record<OidcSettings['applicationType'], string>> = {
  web: 'Web application',
  browser: 'Single-page application',
  native: 'Native application',
  service: 'Service',
};
/** *Application type*. */
export const APPLICATION_TYPES = optionsOf(TYPE_LABELS);

/** *Refresh token behavior*. */
export const ROTATIONS = optionsOf<OidcSettings['refreshToken']['rotationType']>({
  STATIC: 'Use persistent token',
  ROTATE: 'Rotate token after every use',
});

export const SIGNATURE_ALGORITHMS = optionsOf<SamlContent['signatureAlgorithm']>({
  RSA_SHA256: 'RSA-SHA256',
  RSA_SHA1: 'RSA-SHA1',
});
export const DIGEST_ALGORITHMS = optionsOf<SamlContent['digestAlgorithm']>({ SHA256: 'SHA256', SHA1: 'SHA1' });

export const AUTHN_CONTEXTS = optionsOf<SamlContent['authnContextClassRef']>({
  'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport': 'PasswordProtectedTransport',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:Password': 'Password',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified': 'Unspecified',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient': 'TLS Client',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:X509': 'X.509 Certificate',
  'urn:federation:authentication:windows': 'Integrated Windows Authentication',
  'oasis:names:tc:SAML:2.0:ac:classes:Kerberos': 'Kerberos',
});

/** Signed or not: what a tick says in words. */
export const SIGNED: readonly Option[] = [
  { value: 'on', label: 'Signed' },
  { value: 'off', label: 'Unsigned' },
];

/** What each status of a person means for signing in. */
export const STATUS_MEANS: Readonly<Record<UserStatus, string>> = {
  STAGED: 'Added, not activated: cannot sign in.',
  PROVISIONED: 'Activated without a password: cannot sign in until one is set.',
  ACTIVE: 'Can sign in.',
  RECOVERY: 'The password was reset: cannot sign in until one is set.',
  PASSWORD_EXPIRED: 'The password has expired: cannot sign in until one is set.',
  LOCKED_OUT: 'Locked out: cannot sign in until unlocked.',
  SUSPENDED: 'Suspended: cannot sign in, and exchanges for this person are refused.',
  DEPROVISIONED: 'Deactivated: cannot sign in, and exchanges for this person are refused.',
};
export const USER_STATUSES: readonly Option[] = Object.keys(STATUS_MEANS).map((value) => ({ value, label: value }));
