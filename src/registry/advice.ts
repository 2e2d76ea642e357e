/**
 * What the guide advises for a custom SAML application, so that its server knows the user of an ID-JAG by the email
 * address: a red tick where it is not followed, never a refusal. Applications from the OIN are set up by their vendor.
 */
import { cite, type Source } from '../protocol/sources.js';
import type { Application } from './application.js';
import { EMAIL_NAME_ID, type SamlSettings } from './saml-settings.js';
import { givesEmail } from './username-format.js';

/** One piece of advice. */
export interface AdviceRow {
  readonly name: string;
  readonly advises: string;
  readonly followed: (saml: SamlSettings) => boolean;
  /** What comes of not following it. */
  readonly because: (saml: SamlSettings) => string;
  readonly source: Source;
}

const source = cite.xaaGuide('Updating the SAML Application Username Format');

export const ADVICE_ROWS: readonly AdviceRow[] = [
  {
    name: 'saml-username-is-email',
    advises:
      'Sign On > Application username format gives the email address: Okta username, Email, or a custom expression with it.',
    followed: givesEmail,
    because: ({ usernameFormat }) =>
      `The format is ${usernameFormat}: nameid in the sub_id of ID-JAGs, as the NameID of assertions, is no email address.`,
    source,
  },
  {
    name: 'saml-name-id-is-email',
    advises: 'General > SAML Settings > Name ID Format is EmailAddress.',
    followed: ({ nameIdFormat }) => nameIdFormat === EMAIL_NAME_ID,
    because: ({ nameIdFormat }) =>
      `The format is ${nameIdFormat}: it stands as nameid_format in the sub_id of ID-JAGs, and in profile okta they have no email.`,
    source,
  },
];

/** A row, and why it is not followed; null: it is. */
export interface Advice {
  readonly row: AdviceRow;
  readonly because: string | null;
}

/** The advice that concerns an application: none for one from the OIN, or one without SAML. */
export function adviceFor(app: Application): readonly Advice[] {
  const { saml, origin } = app;
  if (saml === undefined || origin === 'oin') return [];
  return ADVICE_ROWS.map((row) => ({ row, because: row.followed(saml) ? null : row.because(saml) }));
}

/** Whether the application would not be told by its NameIDs that they are email addresses, against the guide. */
export function hasOtherNameId(app: Application): boolean {
  return adviceFor(app).some(({ row, because }) => row.name === 'saml-name-id-is-email' && because !== null);
}
