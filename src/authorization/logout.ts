/** RP-initiated logout: ends the session behind an ID token, and sends the browser to a registered URI or to a page. */

import { serverId } from '../grants/call.js';
import { type Grant, grants, type Session, sessions } from '../grants/records.js';
import { type Org, settingsOf } from '../org.js';
import { grantIdOf } from '../protocol/ids.js';
import { isKnown } from '../protocol/rule.js';
import { applications } from '../registry/application.js';
import { verifyIdToken } from '../tokens/id-token.js';
import { type Answer, type BrowserCall, refusalPage, withQuery } from './answer.js';
import { signedOutPage } from './pages.js';
import { endAll, sessionOf } from './sessions.js';

/** The sessions to end: the one behind the ID token, and the one this browser holds. */
function sessionsToEnd(org: Org, grant: Grant | undefined, held: Session | undefined): Session[] {
  const behind = grant?.sessionId === undefined ? [] : org.store.live.findBy(sessions, 'sessionId', grant.sessionId);
  return [...new Set([...behind, ...(held ? [held] : [])])].filter((session) => !session.ended);
}

/** `GET` or `POST /oauth2/…/v1/logout`. The ID token may have expired; it must be ours. */
export async function logout(call: BrowserCall): Promise<Answer> {
  const { org, params, view } = call;
  const hint = params.get('id_token_hint');
  const claims = hint === undefined ? undefined : await verifyIdToken(hint, org.keys, serverId(call));
  if (!isKnown(claims)) return refusalPage(call.org, 'invalid_id_token_hint');
  const target = params.get('post_logout_redirect_uri');
  const registered = view.findBy(applications, 'clientId', claims.aud)[0]?.oidc?.postLogoutRedirectUris ?? [];
  if (target !== undefined && !registered.includes(target))
    return refusalPage(call.org, 'illegal_post_logout_redirect_uri');
  const grant = org.store.live.get(grants, grantIdOf(claims.jti));
  await endAll(call, sessionsToEnd(org, grant, sessionOf(org, call.sessionCookie, call.now)));
  if (target === undefined) return { kind: 'page', status: 200, page: signedOutPage(settingsOf(org).name), cookie: '' };
  const state = params.get('state');
  const parameters = new URLSearchParams(state === undefined ? {} : { state });
  return { kind: 'redirect', location: withQuery(target, parameters), cookie: '' };
}
