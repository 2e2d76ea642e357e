/** The metadata of the identity provider that the org is to one application: byte for byte in Okta's shape. SAML metadata. */
import { xml } from '../html/xml.js';
import { inLines } from './base64.js';
import type { Certificate } from './certificate.js';
import { BINDING, DECLARATION, NAMESPACE } from './names.js';
import { type Unwritable, unwritable } from './writable.js';

/** Letters of a certificate in a line. */
const LINE = 76;

export interface IdpMetadata {
  /** `http://www.okta.com/{exk}`. */
  readonly entityId: string;
  /** `{issuer}/app/{name}/{exk}/sso/saml`: both bindings. */
  readonly ssoUrl: string;
  /** Of the key that signs now. */
  readonly certificate: Certificate;
  readonly nameIdFormats: readonly string[];
  /** The application's requests must be signed. */
  readonly wantAuthnRequestsSigned: boolean;
  /** `{issuer}/app/{name}/{exk}/slo/saml`; undefined: it signs nobody out. */
  readonly sloUrl?: string | undefined;
}

/** POST before Redirect, as Okta lists them. */
const BINDINGS = [BINDING.post, BINDING.redirect] as const;

export function writeMetadata(content: IdpMetadata): string | Unwritable {
  const { entityId, ssoUrl, sloUrl, certificate, nameIdFormats, wantAuthnRequestsSigned } = content;
  const formats = nameIdFormats.map((format) => xml`<md:NameIDFormat>${format}</md:NameIDFormat>`);
  const services = (name: string, url: string | undefined) =>
    url === undefined
      ? []
      : BINDINGS.map((binding) => xml`<md:${{ markup: name }} Binding="${binding}" Location="${url}"/>`);
  // The template writes a line break as a reference, and a certificate has nothing else in it that needs care.
  const lines = { markup: inLines(certificate.replace(/[^A-Za-z0-9+/=]/g, ''), LINE) };
  const key = xml`<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${NAMESPACE.signature}"><ds:X509Data><ds:X509Certificate>${lines}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
  const wants = String(wantAuthnRequestsSigned);
  const descriptor = xml`<md:IDPSSODescriptor WantAuthnRequestsSigned="${wants}" protocolSupportEnumeration="${NAMESPACE.protocol}">${key}${services('SingleLogoutService', sloUrl)}${formats}${services('SingleSignOnService', ssoUrl)}</md:IDPSSODescriptor>`;
  const whole = xml`<md:EntityDescriptor entityID="${entityId}" xmlns:md="${NAMESPACE.metadata}">${descriptor}</md:EntityDescriptor>`;
  return unwritable(content, 'metadata') ?? DECLARATION + whole.markup;
}
