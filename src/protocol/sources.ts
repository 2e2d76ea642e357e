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

const samlUrl = (part: string) =>
  `https://docs.oasis-open.org/security/saml/v2.0/saml-${part.toLowerCase()}-2.0-os.pdf`;

/** Where documents are published, by how their names begin. Okta's catalogue and guides have no lasting addresses. */
const PUBLISHED: readonly (readonly [begins: RegExp, url: (name: string) => string])[] = [
  [/^RFC \d+/, (name) => `https://www.rfc-editor.org/rfc/${name.toLowerCase().replace(' ', '')}.html`],
  [/^draft-[a-z0-9-]+/, (name) => `https://datatracker.ietf.org/doc/html/${name}`],
  [/^OpenID Connect Core 1\.0/, () => 'https://openid.net/specs/openid-connect-core-1_0.html'],
  [/^SAML 2\.0 (Core|Bindings|Profiles)/, (name) => samlUrl(name.split(' ')[2] as string)],
];

/** The address of a document, by a name that begins with its own; undefined: it has none that lasts. */
export function documentUrl(document: string): string | undefined {
  for (const [begins, url] of PUBLISHED) {
    const [name] = begins.exec(document) ?? [];
    if (name !== undefined) return url(name);
  }
  return undefined;
}
