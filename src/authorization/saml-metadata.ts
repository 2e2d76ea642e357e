/** The metadata that a service provider is set up with: what the org is to one application, as Okta writes it. */

import type { Org } from '../org.js';
import type { SamlApp } from '../registry/application.js';
import type { SamlKey } from '../registry/saml-key.js';
import { EMAIL_NAME_ID, NameIdFormat, samlIssuerOf } from '../registry/saml-settings.js';
import { writeMetadata } from '../saml/metadata.js';
import { samlUrl } from './saml-app.js';

/** Applications of the integration network list two formats, custom ones their own. */
function formatsOf({ origin, saml }: SamlApp): readonly string[] {
  if (origin === 'custom') return [saml.nameIdFormat];
  return [NameIdFormat.enum['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'], EMAIL_NAME_ID];
}

/** Okta serves it as ISO-8859-1, which the bytes of ASCII are in any case. */
const inAscii = (text: string) =>
  text.replace(/[^\0-\x7f]/gu, (character) => `&#${character.codePointAt(0) as number};`);

/** @param key the one whose certificate stands in it; default: the one that signs */
export function samlMetadata(org: Org, app: SamlApp, key: SamlKey = org.samlKeys.active(app.saml)): string {
  const { saml } = app;
  const text = writeMetadata({
    ...{ entityId: samlIssuerOf(saml), ssoUrl: samlUrl(org, app, 'sso') },
    certificate: key.certificate,
    nameIdFormats: formatsOf(app),
    wantAuthnRequestsSigned: saml.samlSignedRequestEnabled,
    ...(saml.slo.enabled && { sloUrl: samlUrl(org, app, 'slo') }),
  });
  // Of what is registered; a character that XML has no place for is in none of it.
  return inAscii(text as string);
}
