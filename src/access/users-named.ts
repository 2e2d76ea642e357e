/** Whom an application means by a name: the way back from an assertion to the user it is about. */
import type { Application } from '../registry/application.js';
import { type User, users } from '../registry/user.js';
import type { Reader } from '../store/port.js';
import { isAssigned } from './assignment-check.js';
import { userNameAt } from './saml-subject.js';

/**
 * The users of that name at the application; those who have it no more only where nobody has it by that name, so that the
 * one who lost it is still told from somebody unknown.
 */
export function usersNamed(view: Reader, app: Application, name: string): readonly User[] {
  const named = view.list(users).filter((user) => userNameAt(view, app, user) === name);
  const assigned = named.filter(({ id }) => isAssigned(view, app.id, id));
  return assigned.length > 0 ? assigned : named;
}
