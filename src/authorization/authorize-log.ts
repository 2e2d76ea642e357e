/** What the System Log is told of an authorization request. */
import type { ReasonName } from '../protocol/reasons.js';
import { isKnown } from '../protocol/rule.js';
import type { Application } from '../registry/application.js';
import type { Client } from '../registry/client.js';
import type { User } from '../registry/user.js';
import { partyOfApp, partyOfUser, UNKNOWN_PARTY } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import type { BrowserCall } from './answer.js';
import type { AuthorizeFacts } from './authorize-rules.js';
import { logSignIn, type Presence } from './sessions.js';

/** A code was issued. */
export function logAuthorization(call: BrowserCall, facts: AuthorizeFacts, { user, session, fresh }: Presence): void {
  const { org, origin } = call;
  if (fresh) logSignIn(org, origin, user, session.sessionId);
  const event = {
    result: 'SUCCESS',
    actor: partyOfUser(user),
    targets: [partyOfApp((facts.client as Client).app as Application)],
    origin,
    sessionId: session.sessionId,
  } as const;
  const base = call.server === 'org' ? 'app.oauth2' : 'app.oauth2.as';
  org.log.write({ ...event, eventType: 'user.authentication.sso' });
  org.log.write({ ...event, eventType: `${base}.authorize.code` as EventType });
}

/** A request was refused, on a page or at the redirect URI. `user`: who was signed in, if that was known already. */
export function logRefusal(
  call: BrowserCall,
  facts: AuthorizeFacts,
  rule: { name: string; reason: ReasonName },
  user?: User,
): void {
  const party = isKnown(facts.client) ? partyOfApp(facts.client.app as Application) : UNKNOWN_PARTY;
  call.org.log.write({
    eventType: call.server === 'org' ? 'app.oauth2.authorize.code' : 'app.oauth2.as.authorize.code',
    result: 'FAILURE',
    reason: rule.reason,
    actor: user ? partyOfUser(user) : party,
    targets: user ? [party] : [],
    origin: call.origin,
    debug: { rule: rule.name },
  });
}
