/** What is sent to `/api/v1/users`: bodies and queries. */
import * as z from 'zod';
import { OPTIONAL_ATTRIBUTES, SentProfile, UserProfile } from '../../registry/user.js';

/** Okta takes 72 characters. */
const password = z.string().min(1).max(72);
const IN_CLEAR = 'passwords are kept in clear here, for testing only: send password.value';

/** Hashes and hooks are refused instead of ignored: the user could not sign in. */
const Credentials = z
  .object({
    password: z
      .object({
        value: password.optional(),
        hash: z.undefined(IN_CLEAR).optional(),
        hook: z.undefined(IN_CLEAR).optional(),
      })
      .nullish(),
  })
  .nullish()
  .transform((sent) => sent?.password?.value);

export const CreateRequest = z.object({
  profile: SentProfile,
  credentials: Credentials,
  groupIds: z.array(z.string().max(100)).max(100).nullish(),
});

export const ReplaceRequest = z.object({ profile: SentProfile.optional(), credentials: Credentials });

type Attribute = (typeof OPTIONAL_ATTRIBUTES)[number];
const { login, email, firstName, lastName, locale, timezone } = UserProfile.shape;

const nullable = (name: Attribute) => [name, UserProfile.shape[name].nullable()];
const optional = Object.fromEntries(OPTIONAL_ATTRIBUTES.map(nullable)) as Record<
  Attribute,
  z.ZodNullable<(typeof UserProfile.shape)[Attribute]>
>;

/** Only what is sent is changed; null takes an attribute away, or puts its default back. */
const SentAttributes = z.object({
  login: login.optional(),
  email: email.optional(),
  firstName: firstName.optional(),
  lastName: lastName.optional(),
  locale: locale.unwrap().nullish(),
  timezone: timezone.unwrap().nullish(),
  ...optional,
});

export const UpdateRequest = z.object({ profile: SentAttributes.optional(), credentials: Credentials });

const Password = z.object({ value: password });
export const PasswordRequest = z.object({
  oldPassword: Password,
  newPassword: Password,
  revokeSessions: z.boolean().default(false),
});

const flag = (usual: boolean) =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .default(usual);

export const CreateQuery = z.object({
  activate: flag(true),
  nextLogin: z.enum(['changePassword']).optional(),
});

/** Nobody is sent an email: what would stand in it is answered when `sendEmail` is false. */
export const StepQuery = z.object({ sendEmail: flag(true) });
export const ResetQuery = StepQuery.extend({ revokeSessions: flag(false) });
export const SessionsQuery = z.object({ oauthTokens: flag(false) });
