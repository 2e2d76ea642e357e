/** *Application username format* in Okta's JSON: `credentials.userNameTemplate`, read and answered. */
import * as z from 'zod';
import { UserNameExpression } from '../../registry/expression-names.js';
import { SamlMembers } from '../../registry/saml-settings.js';
import { BUILT_IN_TEMPLATES, type BuiltInFormat, type UserNameSettings } from '../../registry/username-format.js';

const BUILT_IN = Object.entries(BUILT_IN_TEMPLATES) as [BuiltInFormat, string][];

const template = z.string().max(1024).nullish();

/** Who an OIDC app's users are, nothing says but their login. */
export const OktaUserNameTemplate = z.object({
  template: template.refine(
    (text) => !text || text === BUILT_IN_TEMPLATES.OKTA_USERNAME,
    `is not ${BUILT_IN_TEMPLATES.OKTA_USERNAME}, the only user name of an OIDC application in this org`,
  ),
});

const Sent = z.object({
  template,
  type: z.enum(['BUILT_IN', 'CUSTOM', 'NONE', '']).nullish(),
  userSuffix: SamlMembers.shape.usernameSuffix.unwrap().or(z.literal('')).nullish(),
});

/** What a template of one's own is: with `type` CUSTOM, or of no type. A problem is a sentence. */
function custom(text: string): UserNameSettings | string {
  const checked = UserNameExpression.safeParse(text);
  return checked.success
    ? { usernameFormat: 'CUSTOM', usernameExpression: text }
    : (checked.error.issues[0] as z.core.$ZodIssue).message;
}

function settingsFrom({ template: sent, type, userSuffix }: z.infer<typeof Sent>): UserNameSettings | string {
  if (type === 'NONE') return { usernameFormat: 'NONE' };
  const text = sent ?? '';
  if (type === 'CUSTOM') return custom(text);
  const builtIn = text === '' ? 'OKTA_USERNAME' : BUILT_IN.find(([, known]) => known === text)?.[0];
  if (builtIn) return { usernameFormat: builtIn, ...(userSuffix && { usernameSuffix: userSuffix }) };
  const known = BUILT_IN.map(([, one]) => one).join(', ');
  return type === 'BUILT_IN' ? `is none of ${known}; one of your own has the type CUSTOM` : custom(text);
}

/** The user name settings of a SAML application. */
export const UserNameTemplate = Sent.transform((sent, context): UserNameSettings => {
  const settings = settingsFrom(sent);
  if (typeof settings !== 'string') return settings;
  context.addIssue({ code: 'custom', path: ['template'], message: settings });
  return z.NEVER;
});

export function userNameTemplateBody({ usernameFormat: format, usernameExpression, usernameSuffix }: UserNameSettings) {
  if (format === 'NONE') return { template: '', type: 'NONE' };
  if (format === 'CUSTOM') return { template: usernameExpression, type: 'CUSTOM' };
  return {
    template: BUILT_IN_TEMPLATES[format],
    type: 'BUILT_IN',
    ...(usernameSuffix && { userSuffix: usernameSuffix }),
  };
}
