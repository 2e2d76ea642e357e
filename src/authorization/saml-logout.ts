/**
 * Single logout: a service provider asks to end the sessions that it was told of. The answer goes back by the binding the
 * request came by. A session that nobody knows has ended already.
 */

import { sessionIdsOf } from '../access/saml-sessions.js';
import { type Session, sessions } from '../grants/records.js';
import { newSamlId } from '../protocol/ids.js';
import { judge, known } from '../protocol/rule.js';
import type { SamlApp } from '../registry/application.js';
import { samlIssuerOf } from '../registry/saml-settings.js';
import { users } from '../registry/user.js';
import { STATUS } from '../saml/names.js';
import { postFields } from '../saml/post-binding.js';
import { type LogoutRequest, readLogoutRequest } from '../saml/read-message.js';
import { redirectUrl } from '../saml/redirect-binding.js';
import { writeLogoutResponse } from '../saml/requests.js';
import type { Status } from '../saml/response.js';
import { type Answer, refusalPage } from './answer.js';
import { formPostPage } from './pages.js';
import { logSamlLogout, logSamlRefusal } from './saml-log.js';
import { type LogoutFacts, SAML_LOGOUT_RESPONSE_RULES, SAML_LOGOUT_RULES } from './saml-logout-rules.js';
import { gatherMessage, type SamlCall, type Taken } from './saml-message.js';
import { SAML_MESSAGE_RULES } from './saml-message-rules.js';
import { signerFor, statusOf } from './saml-response.js';
import { endAll, sessionOf } from './sessions.js';

const LOGOUT_REQUEST: Taken<LogoutRequest> = {
  ...{ endpoint: 'slo', name: 'LogoutRequest', read: readLogoutRequest },
  signatureRequired: () => true,
  issuers: ({ saml: { slo } }) => (slo.issuer === undefined ? [] : [slo.issuer]),
};

/** The sessions that are named and live. */
function sessionsNamed({ org, now }: SamlCall, app: SamlApp, request: LogoutRequest): readonly Session[] {
  const { nameId, sessionIndexes } = request;
  const ids = sessionIdsOf(org.store.live, { appId: app.id, nameId: nameId.value, sessionIndexes });
  const named = ids.flatMap((id) => org.store.live.findBy(sessions, 'sessionId', id));
  return named.filter(({ ended, expiresAt }) => !ended && expiresAt > now);
}

/** What the response answers. */
interface Answered {
  readonly app: SamlApp;
  readonly request: LogoutRequest;
  readonly relayState: string | undefined;
}

/** Sends the response the way the request came. */
function respond(call: SamlCall, { app, request, relayState }: Answered, status: Status, cookie?: string): Answer {
  const { org, now } = call;
  // The registration of an application with single logout has it.
  const destination = app.saml.slo.logoutUrl as string;
  const signer = signerFor(org, app);
  const content = {
    ...{ id: newSamlId(), issuer: samlIssuerOf(app.saml), destination, issueInstant: now },
    ...{ inResponseTo: request.id, status },
  };
  const text = writeLogoutResponse(content, call.method === 'POST' ? signer : undefined) as string;
  if (call.method === 'GET') {
    const location = redirectUrl({ destination, kind: 'SAMLResponse', text, relayState, signer });
    return { kind: 'redirect', location, cookie };
  }
  const page = formPostPage(destination, postFields('SAMLResponse', text, relayState));
  return { kind: 'page', status: 200, page, cookie };
}

/** `GET` or `POST /app/{name}/{exk}/slo/saml`. */
export async function samlLogout(call: SamlCall): Promise<Answer> {
  const facts: LogoutFacts = gatherMessage(call, LOGOUT_REQUEST, false);
  const refused = judge(SAML_LOGOUT_RULES, facts) ?? judge(SAML_MESSAGE_RULES, facts);
  const denied = refused ?? judge(SAML_LOGOUT_RESPONSE_RULES, facts);
  if (denied) logSamlRefusal(call, facts, denied, 'user.authentication.slo');
  if (refused) return refusalPage(call.org, refused.reason);
  const request = known(facts.message) as LogoutRequest;
  const answered = { app: facts.app as SamlApp, request, relayState: facts.relayState };
  if (denied) return respond(call, answered, statusOf(denied.reason));
  const ended = sessionsNamed(call, answered.app, request);
  const held = sessionOf(call.org, call.sessionCookie, call.now);
  await endAll(call, ended);
  logSamlLogout(
    call,
    answered.app,
    ended.flatMap(({ userId }) => call.view.get(users, userId) ?? []),
  );
  const cookie = ended.some(({ id }) => id === held?.id) ? '' : undefined;
  return respond(call, answered, { code: STATUS.success }, cookie);
}
