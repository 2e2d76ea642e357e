/** What an expression of this org may name, and what the names stand for: attributes of a user, and the org. */
import * as z from 'zod';
import { isKnown } from '../protocol/rule.js';
import type { Values } from './expressions/evaluate.js';
import { MOST_CHARACTERS, type Value } from './expressions/expression.js';
import { parseExpression } from './expressions/parse.js';
import { type User, UserProfile } from './user.js';

/** Whom an expression is about. */
export interface Person {
  readonly user: User;
  readonly orgName: string;
}

type ReadName = (person: Person) => Value;

const ATTRIBUTES = Object.keys(UserProfile.shape) as (keyof UserProfile)[];

/** `source` is where an application user's attributes come from: here, always the user of the org. */
const ofProfile = (of: 'user' | 'source') =>
  ATTRIBUTES.map((name): [string, ReadName] => [`${of}.${name}`, ({ user }) => user.profile[name] ?? null]);

/** Okta documents `id` and `status`; the guide for participants of the beta names the other two. */
const INTERNAL: Readonly<Record<string, ReadName>> = {
  id: ({ user }) => user.id,
  status: ({ user }) => user.status,
  login: ({ user }) => user.profile.login,
  email: ({ user }) => user.profile.email,
};

const subDomain: ReadName = ({ orgName }) => orgName.toLowerCase().replace(/[^a-z0-9]+/g, '');

const NAMES: ReadonlyMap<string, ReadName> = new Map([
  ...ofProfile('user'),
  ...ofProfile('source'),
  ...Object.entries(INTERNAL).map(([name, read]) => [`user.getInternalProperty("${name}")`, read] as const),
  ['org.name', ({ orgName }) => orgName],
  // Okta's documents have had it in both spellings.
  ['org.subDomain', subDomain],
  ['org.subdomain', subDomain],
]);

/** The user's name at the application: for attributes only, because the user name itself is made by an expression. */
const APPLICATION_USER_NAME = 'appuser.userName';

const USER_NAMES: ReadonlySet<string> = new Set(NAMES.keys());
const ATTRIBUTE_NAMES: ReadonlySet<string> = new Set([...USER_NAMES, APPLICATION_USER_NAME]);

/** @param userName what the application knows the person by, where that is known */
export function valuesOf(person: Person, userName: string | null = null): Values {
  return { get: (name) => (name === APPLICATION_USER_NAME ? userName : NAMES.get(name)?.(person)) };
}

const checked = (names: ReadonlySet<string>) =>
  z
    .string()
    .max(MOST_CHARACTERS)
    .superRefine((text, context) => {
      const parsed = parseExpression(text, names);
      if (!isKnown(parsed)) context.addIssue({ code: 'custom', message: parsed.problem });
    });

/** An expression that makes a user name. */
export const UserNameExpression = checked(USER_NAMES);
/** An expression that makes a value of an attribute statement. */
export const AttributeExpression = checked(ATTRIBUTE_NAMES);

/** The tree of what {@link UserNameExpression} or {@link AttributeExpression} has let through. */
export const readExpression = (text: string) => parseExpression(text, ATTRIBUTE_NAMES);
