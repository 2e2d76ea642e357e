/**
 * Who a user is at a SAML application: the NameID of its assertions, from which the `sub_id` of ID-JAGs is written, too.
 * Okta sends the application's user name in the format of the setting, whatever that format promises.
 */
import { type Fact, isKnown } from '../protocol/rule.js';
import type { Person } from './expression-names.js';
import type { NameIdFormat, SamlSettings } from './saml-settings.js';
import { applicationUsername } from './username-format.js';

export interface NameId {
  readonly value: string;
  readonly format: NameIdFormat;
  /** The service provider that it is for; absent unless the application says it. */
  readonly spNameQualifier?: string;
}

/** @param assigned the user name that an administrator set in the user's assignment, if any */
export function nameIdOf(saml: SamlSettings, person: Person, assigned?: string): Fact<NameId, string> {
  const value = applicationUsername(saml, person, assigned);
  if (!isKnown(value)) return value;
  return { value, format: saml.nameIdFormat, ...(saml.spNameQualifier && { spNameQualifier: saml.audience }) };
}
