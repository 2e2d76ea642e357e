/**
 * What the guide advises for a custom SAML application, so that its server knows the user of an ID-JAG by the email
 * address: a red tick where it is not followed, never a refusal. Applications from the OIN are set up by their vendor.
 */
import { cite, type Source } from '../protocol/sources.js';
import type { Application, SamlSettings } from './application.js';

/** One piece of advice. */
export interface AdviceRow {
  readonly name: string;
  readonly advises: string;
  readonly followed: (saml: SamlSettings) => boolean;
  readonly source: Source;
}

const source = cite.xaaGuide('Updating the SAML Application Username Format');

export const ADVICE_ROWS: readonly AdviceRow[] = [
  {
    name: 'saml-username-is-email',
    advises: 'Sign On > Application username format gives the email address: Okta username or Email.',
    followed: (saml) => saml.usernameFormat === 'OKTA_USERNAME' || saml.usernameFormat === 'EMAIL',
    source,
  },
  {
    name: 'saml-name-id-is-email',
    advises: 'General > SAML Settings > Name ID Format is EmailAddress.',
    followed: (saml) => saml.nameIdFormat === 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    source,
  },
];

/** The advice that concerns an application: none for one from the OIN, or one without SAML. */
export function adviceFor(app: Application): readonly { readonly row: AdviceRow; readonly followed: boolean }[] {
  const { saml, origin } = app;
  if (saml === undefined || origin === 'oin') return [];
  return ADVICE_ROWS.map((row) => ({ row, followed: row.followed(saml) }));
}
