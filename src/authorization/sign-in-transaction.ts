/**
 * The request that waits while its user signs in, of OpenID Connect or SAML: ten minutes, filed under the state token of the
 * page that asks for the password.
 */
import * as z from 'zod';
import { CODE_LIFETIME, fingerprint } from '../grants/records.js';
import { settingsOf } from '../org.js';
import { newSecret } from '../protocol/ids.js';
import { collection } from '../registry/collection.js';
import { insert } from '../store/port.js';
import type { Answer, BrowserCall } from './answer.js';
import { type SignInModel, signInPage } from './pages.js';
import type { Presence } from './sessions.js';

/** An authorization request, which is judged again when it goes on. */
export const WaitingAuthorization = z.strictObject({
  kind: z.literal('oidc'),
  server: z.string(),
  /** The request's parameters, form-encoded. */
  params: z.string(),
});
export type WaitingAuthorization = z.infer<typeof WaitingAuthorization>;

/** A SAML request as it was judged: its signature and its moment are good for when it came. */
export const WaitingSaml = z.strictObject({
  kind: z.literal('saml'),
  appId: z.string(),
  /** Of the registration. */
  acsUrl: z.string(),
  /** Absent: nobody asked (IdP-initiated). */
  requestId: z.string().optional(),
  relayState: z.string().optional(),
  forceAuthn: z.boolean(),
  isPassive: z.boolean(),
});
export type WaitingSaml = z.infer<typeof WaitingSaml>;

export const SignInTransaction = z.strictObject({
  id: z.string(),
  waiting: z.discriminatedUnion('kind', [WaitingAuthorization, WaitingSaml]),
  expiresAt: z.number(),
});
export type SignInTransaction = z.infer<typeof SignInTransaction>;

export const signIns = collection({ name: 'signIns', lifetime: 'transient', schema: SignInTransaction });

/** A request that may go on, once it is known who the user is. */
export interface Resumed {
  readonly appLabel: string;
  proceed(presence: Presence | undefined): Promise<Answer>;
}

/** The sign-in page. */
export function signInForm({ org }: BrowserCall, model: Omit<SignInModel, 'orgName'>) {
  return signInPage({ orgName: settingsOf(org).name, ...model }, `${org.issuer}/signin`);
}

/** Has the request wait. @returns the state token that it goes on by */
export async function haveWait({ org, now }: BrowserCall, waiting: SignInTransaction['waiting']): Promise<string> {
  const stateToken = newSecret(43);
  const transaction = { id: fingerprint(stateToken), waiting, expiresAt: now + CODE_LIFETIME * 2 };
  await org.store.commit([insert(signIns, transaction)], now);
  return stateToken;
}

/** Has the request wait, and asks the user to sign in. */
export async function askToSignIn(
  call: BrowserCall,
  waiting: SignInTransaction['waiting'],
  appLabel: string,
): Promise<Answer> {
  const stateToken = await haveWait(call, waiting);
  const username = call.params.get('login_hint') ?? '';
  return { kind: 'page', status: 200, page: signInForm(call, { appLabel, stateToken, username, wrong: false }) };
}

/** The transaction of that state token, while it is open. */
export function findTransaction({ org, now }: BrowserCall, stateToken: string): SignInTransaction | undefined {
  const found = org.store.live.get(signIns, fingerprint(stateToken));
  return found && found.expiresAt > now ? found : undefined;
}
