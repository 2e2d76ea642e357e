/**
 * The authorization endpoint: judges the request, finds out who the user is, and answers with a code, an error, or the
 * sign-in page, which comes back here.
 */
import { isAssigned } from '../access/assignment-check.js';
import { serverId } from '../grants/call.js';
import { CODE_LIFETIME, codes, fingerprint } from '../grants/records.js';
import { offeredScopes } from '../grants/server-scopes.js';
import { issuerOf } from '../org.js';
import { readForm, words } from '../protocol/form.js';
import { newId, newSecret } from '../protocol/ids.js';
import { judge, problem, type Rule } from '../protocol/rule.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import { wireOf } from '../protocol/wire.js';
import type { Application } from '../registry/application.js';
import { authorizationServers, policyAllows } from '../registry/authorization-server.js';
import { type Client, findClient } from '../registry/client.js';
import { insert } from '../store/port.js';
import { type Answer, type BrowserCall, errorAnswer, withQuery } from './answer.js';
import { logAuthorization, logRefusal } from './authorize-log.js';
import { type AuthorizeFacts, PAGE_RULES, REDIRECT_RULES, SIGNED_IN_RULES } from './authorize-rules.js';
import { formPostPage } from './pages.js';
import { openSession, type Presence, presenceFromCookie, presenceFromToken } from './sessions.js';
import { askToSignIn, type Resumed, type WaitingAuthorization } from './sign-in-transaction.js';

function gather(call: BrowserCall): AuthorizeFacts {
  const { params, view, server } = call;
  const clientId = params.get('client_id');
  const client = clientId === undefined ? undefined : findClient(view, clientId);
  const oidc = client?.app?.oidc;
  const scopes = words(params.get('scope'));
  return {
    client: client && oidc ? client : problem('unknown'),
    redirectUri: params.get('redirect_uri'),
    registeredRedirectUris: oidc?.redirectUris ?? [],
    responseMode: params.get('response_mode') ?? 'query',
    repeated: params.names.filter((name) => params.all(name).length > 1),
    responseType: params.get('response_type'),
    state: params.get('state'),
    scopes,
    offeredScopes: offeredScopes(server),
    ofOrg: server === 'org',
    prompts: words(params.get('prompt')),
    maxAge: params.get('max_age'),
    codeChallenge: params.get('code_challenge'),
    codeChallengeMethod: params.get('code_challenge_method'),
    pkceRequired: oidc?.pkceRequired === true || oidc?.tokenEndpointAuthMethod === 'none',
    policyAllows: server === 'org' || policyAllows(server, clientId ?? '', GRANT_TYPE.authorizationCode, scopes),
  };
}

type Values = readonly (readonly [string, string])[];

/** Sends values to the redirect URI in the response mode asked for, with the issuer if the profile does. */
function respond(call: BrowserCall, facts: AuthorizeFacts, values: Values, cookie?: string): Answer {
  const redirectUri = facts.redirectUri as string;
  const all: Values = [...values, ...issuerPart(call)];
  if (facts.responseMode === 'form_post') {
    return { kind: 'page', status: 200, page: formPostPage(redirectUri, all), cookie };
  }
  const parameters = new URLSearchParams(all.map(([name, value]): [string, string] => [name, value]));
  if (facts.responseMode === 'fragment') return { kind: 'redirect', location: `${redirectUri}#${parameters}`, cookie };
  return { kind: 'redirect', location: withQuery(redirectUri, parameters), cookie };
}

/** RFC 9207: which server answered. */
function issuerPart(call: BrowserCall): Values {
  const { org } = call;
  return org.profile.authorizationResponseIssuer === 'sent' ? [['iss', issuerOf(org, serverId(call))]] : [];
}

const withState = (facts: AuthorizeFacts): Values => (facts.state === undefined ? [] : [['state', facts.state]]);

// biome-ignore lint/suspicious/noExplicitAny: a rule of any of the three tables
function respondError(call: BrowserCall, facts: AuthorizeFacts, rule: Rule<any>, cookie?: string): Answer {
  const { error, text } = wireOf(rule, call.org.profile);
  return respond(call, facts, [...withState(facts), ['error', error], ['error_description', text]], cookie);
}

/** Whether the session will do for this request, or the user must authenticate again. */
function recentEnough(facts: AuthorizeFacts, presence: Presence, now: number): boolean {
  if (presence.fresh) return true;
  const age = now / 1000 - presence.session.authTime;
  return !facts.prompts.includes('login') && (facts.maxAge === undefined || age <= Number(facts.maxAge));
}

function waitingFrom(call: BrowserCall): WaitingAuthorization {
  const params = new URLSearchParams(
    call.params.names.map((name): [string, string] => [name, call.params.get(name) as string]),
  );
  return { kind: 'oidc', server: serverId(call), params: params.toString() };
}

const appOf = (facts: AuthorizeFacts) => (facts.client as Client).app as Application;

/** Issues the code. Who loses the race for a sessionToken is not signed in, and judged so. */
async function issueCode(call: BrowserCall, facts: AuthorizeFacts, presence: Presence): Promise<Answer> {
  const code = newSecret(43);
  const { session, user } = presence;
  const issued = insert(codes, {
    id: fingerprint(code),
    grantId: newId('grant'),
    server: serverId(call),
    clientId: (facts.client as Client).clientId,
    userId: user.id,
    scopes: [...facts.scopes],
    redirectUri: facts.redirectUri as string,
    codeChallenge: facts.codeChallenge,
    nonce: call.params.get('nonce'),
    authTime: session.authTime,
    sessionId: session.sessionId,
    spent: false,
    expiresAt: call.now + CODE_LIFETIME,
  });
  const conflict = await call.org.store.commit([...presence.filed, issued], call.now, call.view);
  if (conflict) return proceed(call, facts, undefined);
  logAuthorization(call, facts, presence);
  return respond(call, facts, [['code', code], ...withState(facts)], presence.cookie);
}

/** Continues a judged request with whoever is signed in. */
async function proceed(call: BrowserCall, facts: AuthorizeFacts, presence: Presence | undefined): Promise<Answer> {
  const signedIn = presence !== undefined && recentEnough(facts, presence, call.now);
  const app = appOf(facts);
  const mayAsk = !facts.prompts.includes('none');
  const assigned = presence !== undefined && isAssigned(call.view, app.id, presence.user.id);
  const refused = judge(SIGNED_IN_RULES, { signedIn, mayAsk, assigned });
  if (refused) {
    const cookie = presence?.fresh ? await openSession(call, presence) : undefined;
    logRefusal(call, facts, refused, presence?.user);
    return respondError(call, facts, refused, cookie);
  }
  return signedIn ? issueCode(call, facts, presence) : askToSignIn(call, waitingFrom(call), app.label);
}

/** Judges an authorization request; what it answers, or the facts to continue with. */
function examine(call: BrowserCall): Answer | AuthorizeFacts {
  const facts = gather(call);
  const shown = judge(PAGE_RULES, facts);
  const refused = shown ?? judge(REDIRECT_RULES, facts);
  if (!refused) return facts;
  logRefusal(call, facts, refused);
  if (!shown) return respondError(call, facts, refused);
  const { error, text } = wireOf(shown, call.org.profile);
  return errorAnswer(call.org, error, text);
}

/** `GET` or `POST /oauth2/…/v1/authorize`. */
export async function authorize(call: BrowserCall): Promise<Answer> {
  const facts = examine(call);
  if ('kind' in facts) return facts;
  return proceed(call, facts, presenceFromToken(call) ?? presenceFromCookie(call));
}

/** A request that was waiting goes on; undefined: its server is not there any more. */
export function resumeAuthorization(call: BrowserCall, waiting: WaitingAuthorization): Resumed | Answer | undefined {
  const server = waiting.server === 'org' ? 'org' : call.view.get(authorizationServers, waiting.server);
  if (server === undefined || (server !== 'org' && server.status !== 'ACTIVE')) return undefined;
  const resumed: BrowserCall = { ...call, server, params: readForm(waiting.params) };
  const facts = examine(resumed);
  if ('kind' in facts) return facts;
  return { appLabel: appOf(facts).label, proceed: (presence) => proceed(resumed, facts, presence) };
}
