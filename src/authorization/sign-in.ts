/** Goes on with a request that was waiting: by the sign-in page's form, which brings a password, or by the session. */
import { type Answer, type BrowserCall, errorAnswer } from './answer.js';
import { resumeAuthorization } from './authorize.js';
import { logSignIn, newSession, presenceFromCookie, userWithPassword } from './sessions.js';
import { findTransaction, type Resumed, type SignInTransaction, signInForm } from './sign-in-transaction.js';

/** The request as it goes on, what it is answered now, or undefined: it cannot go on. */
async function resume(call: BrowserCall, { waiting }: SignInTransaction): Promise<Resumed | Answer | undefined> {
  if (waiting.kind === 'oidc') return resumeAuthorization(call, waiting);
  const { resumeSaml } = await import('./saml-sso.js');
  return resumeSaml(call, waiting);
}

/** `POST /signin`: the form of the sign-in page. Its transaction says which request goes on. */
export async function signIn(call: BrowserCall): Promise<Answer> {
  const { org, params, view, now } = call;
  const [stateToken, username = ''] = [params.get('stateToken') ?? '', params.get('username')];
  const transaction = findTransaction(call, stateToken);
  const resumed = transaction && (await resume(call, transaction));
  if (!resumed) return staleSignIn(call);
  if ('kind' in resumed) return resumed;
  const user = userWithPassword(view, username, params.get('password') ?? '');
  if (!user) {
    logSignIn(org, call.origin, undefined);
    const { appLabel } = resumed;
    return { kind: 'page', status: 401, page: signInForm(call, { appLabel, stateToken, username, wrong: true }) };
  }
  const { session, cookie, filed } = newSession(user.id, now);
  return resumed.proceed({ session, user, fresh: true, cookie, filed: [filed] });
}

/** `GET /signin`: a request that came without the session cookie goes on with it, if there is one. */
export async function goOn(call: BrowserCall): Promise<Answer> {
  const transaction = findTransaction(call, call.params.get('stateToken') ?? '');
  const resumed = transaction && (await resume(call, transaction));
  if (!resumed) return staleSignIn(call);
  return 'kind' in resumed ? resumed : resumed.proceed(presenceFromCookie(call));
}

function staleSignIn(call: BrowserCall): Answer {
  const text = 'This sign-in is no longer open. Go back to the application and start again.';
  return errorAnswer(call.org, 'invalid_request', text);
}
