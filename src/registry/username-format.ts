/** *Application username format*: the name an application knows a user by, and so the NameID it gets. */
import type { SamlSettings } from './application.js';
import type { User } from './user.js';

const FORMATS: Record<SamlSettings['usernameFormat'], (profile: User['profile']) => string> = {
  OKTA_USERNAME: (profile) => profile.login,
  EMAIL: (profile) => profile.email,
  EMAIL_PREFIX: (profile) => profile.email.slice(0, profile.email.indexOf('@')),
};

/**
 * The user's name at the application.
 * @param assigned the user name that an administrator set in the user's assignment, if any
 */
export function applicationUsername(saml: SamlSettings, user: User, assigned?: string): string {
  return assigned ?? FORMATS[saml.usernameFormat](user.profile);
}
