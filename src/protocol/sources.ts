/**
 * Where a rule comes from: a document and the title of the section, never a number of a draft that moves. `certainty`
 * says how we know it of Okta.
 */

/** How sure we are that a real Okta org does the same. */
export type Certainty =
  /** Okta publishes it; or, where no Okta document is cited, the standard that is. */
  | 'documented'
  /** Seen on the wire of a real org. */
  | 'captured'
  /** Worked out from what is documented or captured. */
  | 'inferred'
  /** Our own decision; nothing says what Okta does. */
  | 'ours';

export interface Source {
  readonly document: string;
  readonly section: string;
  readonly certainty: Certainty;
}

const from =
  (document: string) =>
  (section: string, certainty: Certainty = 'documented'): Source => ({ document, section, certainty });

/** The documents the rules cite. */
export const cite = {
  oktaErrors: from('Okta OAuth error catalogue 2026.08.1'),
  oktaXaa: from('Okta developer guides, Cross App Access'),
  oktaOidc: from('Okta OpenID Connect & OAuth 2.0 API'),
  xaaGuide: from('Claude Enterprise-managed auth with Okta XAA, beta guide'),
  idJag: from('draft-ietf-oauth-identity-assertion-authz-grant-04'),
  oauth: from('RFC 6749'),
  assertions: from('RFC 7521'),
  jwtBearer: from('RFC 7523'),
  assertionBis: from('draft-ietf-oauth-rfc7523bis-10'),
  tokenExchange: from('RFC 8693'),
  pkce: from('RFC 7636'),
  resourceIndicators: from('RFC 8707'),
  responseIssuer: from('RFC 9207'),
  securityBcp: from('RFC 9700'),
  jwtBcp: from('RFC 8725'),
  jwk: from('RFC 7517'),
  jws: from('RFC 7515'),
  jwt: from('RFC 7519'),
  proofOfPossession: from('RFC 7800'),
  authorizationDetails: from('RFC 9396'),
  subjectIdentifiers: from('RFC 9493'),
  oidc: from('OpenID Connect Core 1.0'),
  oktaSaml: from('Okta developer guides, SAML'),
  samlCore: from('SAML 2.0 Core'),
  samlBindings: from('SAML 2.0 Bindings'),
  samlAssertions: from('RFC 7522'),
  samlProfiles: from('SAML 2.0 Profiles'),
} as const;
