/** The sign-in page's form: checks the password and goes on with the authorization request that was waiting. */
import { fingerprint } from '../grants/records.js';
import { readForm } from '../protocol/form.js';
import { authorizationServers } from '../registry/authorization-server.js';
import { type Answer, type BrowserCall, errorAnswer } from './answer.js';
import { examine, proceed, signInForm } from './authorize.js';
import { logSignIn, newSession, userWithPassword } from './sessions.js';
import { signIns } from './sign-in-transaction.js';

/** `POST /signin`: the form of the sign-in page. Its transaction says which authorization request goes on. */
export async function signIn(call: BrowserCall): Promise<Answer> {
  const { org, params, view, now } = call;
  const [stateToken, username = ''] = [params.get('stateToken') ?? '', params.get('username')];
  const transaction = org.store.live.get(signIns, fingerprint(stateToken));
  if (!transaction || transaction.expiresAt <= now) return staleSignIn(call);
  const server = transaction.server === 'org' ? 'org' : view.get(authorizationServers, transaction.server);
  if (server !== 'org' && server?.status !== 'ACTIVE') return staleSignIn(call);
  const resumed: BrowserCall = { ...call, server, params: readForm(transaction.params) };
  const facts = examine(resumed);
  if ('kind' in facts) return facts;
  const user = userWithPassword(view, username, params.get('password') ?? '');
  if (!user) {
    logSignIn(org, call.origin, undefined);
    return { kind: 'page', status: 401, page: signInForm(resumed, facts, { stateToken, username, wrong: true }) };
  }
  const { session, cookie, filed } = newSession(user.id, now);
  return proceed(resumed, facts, { session, user, fresh: true, cookie, filed: [filed] });
}

function staleSignIn(call: BrowserCall): Answer {
  const text = 'This sign-in is no longer open. Go back to the application and start again.';
  return errorAnswer(call.org, 'invalid_request', text);
}
