/**
 * Sign-in by SAML: judges the request of a service provider, or takes it that nobody asked (IdP-initiated), finds out who the
 * user is, and posts the response to the registered assertion consumer service.
 */
import { isAssigned } from '../access/assignment-check.js';
import { samlSessions } from '../access/saml-sessions.js';
import { nameIdAt } from '../access/saml-subject.js';
import { newSamlId, newSessionIndex } from '../protocol/ids.js';
import { judge, known, type Rule } from '../protocol/rule.js';
import { applications, isSamlApp, type SamlApp } from '../registry/application.js';
import type { NameId } from '../registry/name-id.js';
import { postFields } from '../saml/post-binding.js';
import { type AuthnRequest, readAuthnRequest } from '../saml/read-message.js';
import { insert } from '../store/port.js';
import { type Answer, type BrowserCall, refusalPage } from './answer.js';
import { formPostPage } from './pages.js';
import { acsFor, acsUrlsOf } from './saml-app.js';
import { logNotSignedIn, logSamlRefusal, logSamlSignIn } from './saml-log.js';
import { gatherMessage, type SamlCall, type Taken } from './saml-message.js';
import { SAML_MESSAGE_RULES } from './saml-message-rules.js';
import { refusalResponse, type SamlSignIn, signInResponse } from './saml-response.js';
import {
  SAML_PAGE_RULES,
  SAML_RESPONSE_RULES,
  SAML_SIGNED_IN_RULES,
  type SamlSignedInFacts,
  type SsoFacts,
} from './saml-sso-rules.js';
import { SAML_STATUS_OF } from './saml-status.js';
import { openSession, type Presence, presenceFromCookie, presenceFromToken } from './sessions.js';
import { askToSignIn, haveWait, type Resumed, type WaitingSaml } from './sign-in-transaction.js';

const AUTHN_REQUEST: Taken<AuthnRequest> = {
  ...{ endpoint: 'sso', name: 'AuthnRequest', read: readAuthnRequest },
  signatureRequired: ({ saml }) => saml.samlSignedRequestEnabled,
  issuers: ({ saml: { audience, slo } }) => [audience, ...(slo.issuer === undefined ? [] : [slo.issuer])],
};

/** A URL without a request; a form without one is a mistake. Names in the query may be written in more ways than one. */
const isUnsolicited = ({ method, query, params }: SamlCall) =>
  method === 'GET' && !/(?:^|&)SAMLRequest=/.test(query) && params.get('SAMLRequest') === undefined;

function gather(call: SamlCall): SsoFacts {
  const unsolicited = isUnsolicited(call);
  const facts = gatherMessage(call, AUTHN_REQUEST, unsolicited);
  const app = known(facts.app);
  const relayState = unsolicited ? (call.params.get('RelayState') ?? app?.saml.defaultRelayState) : facts.relayState;
  const acsUrl = app && acsFor(app.saml, known(facts.message) ?? {});
  return { ...facts, relayState, acsUrl };
}

/** The request, judged, as it may wait for the user. */
function waitingFrom({ app, message, acsUrl, relayState }: SsoFacts): WaitingSaml {
  const { id, saml } = app as SamlApp;
  const request = known(message);
  return {
    ...{ kind: 'saml', appId: id, acsUrl: acsUrl as string },
    ...(request && { requestId: request.id }),
    ...(relayState !== undefined && { relayState }),
    forceAuthn: saml.honorForceAuthn && request?.forceAuthn === true,
    isPassive: request?.isPassive === true,
  };
}

function posted({ acsUrl, relayState }: WaitingSaml, text: string, cookie?: string): Answer {
  return {
    kind: 'page',
    status: 200,
    page: formPostPage(acsUrl, postFields('SAMLResponse', text, relayState)),
    cookie,
  };
}

/** By its reason, a refusal goes to the service provider or stays on a page. */
// biome-ignore lint/suspicious/noExplicitAny: a rule of either table
function refuse(call: BrowserCall, app: SamlApp, waiting: WaitingSaml, { reason }: Rule<any>, cookie?: string): Answer {
  if (!SAML_STATUS_OF[reason]) return { ...refusalPage(call.org, reason), cookie };
  return posted(waiting, refusalResponse(call, app, waiting, reason), cookie);
}

function signInOf(
  call: BrowserCall,
  app: SamlApp,
  waiting: WaitingSaml,
  user: Pick<SamlSignIn, 'presence' | 'nameId'>,
): SamlSignIn {
  return {
    ...{ app, asked: waiting, ...user, id: newSamlId() },
    sessionIndex: newSessionIndex(waiting.requestId, call.now),
  };
}

/** What is to be said of whoever is signed in, with the response that they may have. */
function gatherSignedIn(call: BrowserCall, app: SamlApp, waiting: WaitingSaml, presence: Presence | undefined) {
  const signedIn = presence !== undefined && (presence.fresh || !waiting.forceAuthn);
  const assigned = presence !== undefined && isAssigned(call.view, app.id, presence.user.id);
  const nameId = signedIn && assigned ? nameIdAt(call.view, app, presence.user) : undefined;
  const signIn = presence && known(nameId) && signInOf(call, app, waiting, { presence, nameId: nameId as NameId });
  const response = signIn && signInResponse(call, signIn);
  const facts: SamlSignedInFacts = { signedIn, mayAsk: !waiting.isPassive, assigned, nameId, response };
  return { facts, signIn };
}

/** Files the session, and what the application is told of it. Who loses the race for a sessionToken is not signed in. */
async function issue(call: BrowserCall, waiting: WaitingSaml, signIn: SamlSignIn, text: string): Promise<Answer> {
  const { app, presence, nameId, id, sessionIndex } = signIn;
  const { sessionId, expiresAt } = presence.session;
  const told = insert(samlSessions, { id, appId: app.id, sessionIndex, sessionId, nameId: nameId.value, expiresAt });
  const conflict = await call.org.store.commit([...presence.filed, told], call.now, call.view);
  if (conflict) return proceed(call, app, waiting, undefined);
  logSamlSignIn(call, app, { presence, userName: nameId.value }, waiting);
  return posted(waiting, text, presence.cookie);
}

/** Continues a judged request with whoever is signed in. */
async function proceed(
  call: BrowserCall,
  app: SamlApp,
  waiting: WaitingSaml,
  presence: Presence | undefined,
): Promise<Answer> {
  const { facts, signIn } = gatherSignedIn(call, app, waiting, presence);
  const rule = judge(SAML_SIGNED_IN_RULES, facts);
  if (rule) {
    const cookie = presence?.fresh ? await openSession(call, presence) : undefined;
    logNotSignedIn(call, app, { rule, user: presence?.user, waiting });
    return refuse(call, app, waiting, rule, cookie);
  }
  if (!signIn) return askToSignIn(call, waiting, app.label);
  return issue(call, waiting, signIn, facts.response as string);
}

/** A form that another site sends comes without the session cookie (SameSite=Lax); a browser that is sent on has it with it. */
async function comeAgain(call: BrowserCall, waiting: WaitingSaml): Promise<Answer> {
  const parameters = new URLSearchParams({ stateToken: await haveWait(call, waiting) });
  return { kind: 'redirect', location: `${call.org.issuer}/signin?${parameters}` };
}

/** `GET` or `POST /app/{name}/{exk}/sso/saml`. */
export async function samlSso(call: SamlCall): Promise<Answer> {
  const facts = gather(call);
  const refused = judge(SAML_MESSAGE_RULES, facts) ?? judge(SAML_PAGE_RULES, facts);
  const denied = refused ?? judge(SAML_RESPONSE_RULES, facts);
  if (denied) logSamlRefusal(call, facts, denied, 'user.authentication.sso');
  if (refused) return refusalPage(call.org, refused.reason);
  const [app, waiting] = [facts.app as SamlApp, waitingFrom(facts)];
  if (denied) return refuse(call, app, waiting, denied);
  const presence = presenceFromToken(call) ?? presenceFromCookie(call);
  if (call.method === 'POST' && !presence && call.sessionCookie === undefined) return comeAgain(call, waiting);
  return proceed(call, app, waiting, presence);
}

/** A request that was waiting goes on; undefined: the application is not there any more as it was. */
export function resumeSaml(call: BrowserCall, waiting: WaitingSaml): Resumed | undefined {
  const app = call.view.get(applications, waiting.appId);
  if (!isSamlApp(app) || app.status !== 'ACTIVE' || !acsUrlsOf(app.saml).includes(waiting.acsUrl)) return undefined;
  return { appLabel: app.label, proceed: (presence) => proceed(call, app, waiting, presence) };
}
