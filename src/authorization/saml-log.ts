/** What the System Log is told of sign-ins and sign-outs by SAML. */

import type { ReasonName } from '../protocol/reasons.js';
import { isKnown, problemOf } from '../protocol/rule.js';
import type { SamlApp } from '../registry/application.js';
import type { User } from '../registry/user.js';
import { type Party, partyOf, partyOfInstance, partyOfUser, UNKNOWN_PARTY } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import type { BrowserCall } from './answer.js';
import type { MessageFacts } from './saml-message-rules.js';
import { logSignIn, type Presence } from './sessions.js';
import type { WaitingSaml } from './sign-in-transaction.js';

const NOBODY: Party = { ...UNKNOWN_PARTY, type: 'User' };

/** Okta's words for who began. */
const begunBy = ({ requestId }: Pick<WaitingSaml, 'requestId'>) => ({
  signOnMode: 'SAML 2.0',
  initiationType: requestId === undefined ? 'IDP_INITIATED' : 'SP_INITIATED',
});

/** A user was signed in to an application. @param userName what the application knows the user by */
export function logSamlSignIn(
  call: BrowserCall,
  app: SamlApp,
  { presence: { user, session, fresh }, userName }: { readonly presence: Presence; readonly userName: string },
  waiting: WaitingSaml,
): void {
  const { org, origin } = call;
  if (fresh) logSignIn(org, origin, user, session.sessionId);
  org.log.write({
    ...{ eventType: 'user.authentication.sso', result: 'SUCCESS', actor: partyOfUser(user), origin },
    targets: [partyOfInstance(app), { ...partyOf('AppUser', user.id, userName), alternateId: userName }],
    sessionId: session.sessionId,
    debug: begunBy(waiting),
  });
}

type Broken = { readonly name: string; readonly reason: ReasonName };

/** A message was refused. What was wrong with it stands in Okta's words of the log, never what it said. */
export function logSamlRefusal(call: BrowserCall, facts: MessageFacts, rule: Broken, eventType: EventType): void {
  const wrong = [facts.carried, facts.message, facts.signature].map(problemOf).find((one) => one !== undefined);
  call.org.log.write({
    ...{ eventType, result: 'FAILURE', reason: rule.reason, actor: NOBODY, origin: call.origin },
    targets: isKnown(facts.app) ? [partyOfInstance(facts.app)] : [],
    debug: { rule: rule.name, ...(wrong !== undefined && { samlProblem: wrong }) },
  });
}

/** A user was not let in to an application. `user`: whoever is signed in. */
export function logNotSignedIn(
  call: BrowserCall,
  app: SamlApp,
  { rule, user, waiting }: { readonly rule: Broken; readonly user: User | undefined; readonly waiting: WaitingSaml },
): void {
  const isUnassigned = rule.reason === 'saml_user_not_assigned';
  call.org.log.write({
    eventType: isUnassigned ? 'app.generic.unauth_app_access_attempt' : 'user.authentication.sso',
    ...{ result: 'FAILURE', reason: rule.reason, actor: user ? partyOfUser(user) : NOBODY, origin: call.origin },
    targets: [partyOfInstance(app)],
    debug: { rule: rule.name, ...begunBy(waiting) },
  });
}

/** An application ended sessions of a user; of nobody, where it named no session that lives. */
export function logSamlLogout(call: BrowserCall, app: SamlApp, users: readonly User[]): void {
  const actors = users.length > 0 ? users.map(partyOfUser) : [NOBODY];
  for (const actor of actors) {
    call.org.log.write({
      ...{ eventType: 'user.authentication.slo', result: 'SUCCESS', actor, origin: call.origin },
      targets: [partyOfInstance(app)],
    });
  }
}
