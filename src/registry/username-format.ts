/** *Application username format*: the name an application knows a user by, and so the NameID it gets. */
import { type Fact, isKnown, problem } from '../protocol/rule.js';
import { type Person, readExpression, valuesOf } from './expression-names.js';
import { evaluate } from './expressions/evaluate.js';
import { asText } from './expressions/expression.js';
import type { SamlSettings, UserNameFormat } from './saml-settings.js';

export type BuiltInFormat = Exclude<UserNameFormat, 'CUSTOM' | 'NONE'>;

/** An expression as it stands in a template. */
export const expression = (inner: string) => `\${${inner}}`;

/** Okta's templates of the formats, by which its JSON names them. */
export const BUILT_IN_TEMPLATES: Readonly<Record<BuiltInFormat, string>> = {
  OKTA_USERNAME: expression('source.login'),
  OKTA_USERNAME_PREFIX: expression('fn:substringBefore(source.login, "@")'),
  EMAIL: expression('source.email'),
  EMAIL_LOWERCASE: expression('fn:toLowerCase(source.email)'),
  EMAIL_PREFIX: expression('fn:substringBefore(source.email, "@")'),
};

/** The settings that make a user name. */
export type UserNameSettings = Pick<SamlSettings, 'usernameFormat' | 'usernameExpression' | 'usernameSuffix'>;

/** Okta's bound. */
const LONGEST_USER_NAME = 100;

const templateOf = ({ usernameFormat: format, usernameExpression = '' }: UserNameSettings): string | undefined => {
  if (format === 'NONE') return undefined;
  return format === 'CUSTOM' ? usernameExpression : BUILT_IN_TEMPLATES[format];
};

/**
 * The user's name at the application, or the sentence that says why there is none.
 * @param assigned the user name that an administrator set in the user's assignment, if any; it goes first
 */
export function applicationUsername(saml: UserNameSettings, person: Person, assigned?: string): Fact<string, string> {
  if (assigned !== undefined) return assigned;
  const template = templateOf(saml);
  if (template === undefined) return problem('Application username format is (None), and the assignment names nobody');
  const parsed = readExpression(template);
  const made = isKnown(parsed) ? evaluate(parsed, valuesOf(person)) : parsed;
  if (!isKnown(made)) return problem(`Application username format fails ${made.problem}`);
  const name = asText(made) + (asText(made) && (saml.usernameSuffix ?? ''));
  if (!/\S/.test(name)) return problem('Application username format gives an empty name');
  if (name.length <= LONGEST_USER_NAME) return name;
  return problem(`Application username format gives a name of more than ${LONGEST_USER_NAME} characters`);
}

/** Somebody whose attributes differ from each other, but login and email: a username format shows on them what it gives. */
const SAMPLE: Person = {
  orgName: 'Sample',
  user: {
    ...{ id: '00uSample00000000001', status: 'ACTIVE', created: '', lastUpdated: '', statusChanged: '' },
    profile: {
      ...{ login: 'first.last@sample.example', email: 'first.last@sample.example', locale: 'en_US', timezone: 'UTC' },
      ...{ firstName: 'First', lastName: 'Last' },
    },
  },
};

/** Whether the format gives the email address to whom has it as login too, as most people do. */
export function givesEmail(saml: UserNameSettings): boolean {
  const name = applicationUsername(saml, SAMPLE);
  return isKnown(name) && name.toLowerCase() === SAMPLE.user.profile.email;
}
