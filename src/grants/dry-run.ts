/**
 * What an exchange would come to, if its request and tokens were as they should be: the very rules of the token endpoint,
 * asked of the registry alone. Nothing is spent, signed or logged. Readiness shows it.
 */
import { gatherPolicyFacts } from '../access/policy-facts.js';
import { nameIdAt } from '../access/saml-subject.js';
import { usersNamed } from '../access/users-named.js';
import { endpointBase, type Org } from '../org.js';
import { explain, isKnown, type Judged, judge, known, problem } from '../protocol/rule.js';
import { CLIENT_ASSERTION_TYPE, TOKEN_TYPE } from '../protocol/urns.js';
import type { AiAgent } from '../registry/ai-agent.js';
import type { Application } from '../registry/application.js';
import { type Client, findClient } from '../registry/client.js';
import { users } from '../registry/user.js';
import { samlProblem } from '../saml/assertion-facts.js';
import type { View } from '../store/port.js';
import type { Actor, IdJagContent } from '../tokens/id-jag.js';
import { ASSERTION_EXCHANGE_RULES } from './assertion-exchange.js';
import { CLIENT_RULES, type ClientFacts, type Way } from './client-rules.js';
import type { ExchangeFacts } from './exchange-facts.js';
import { NO_ASSERTION, type SamlFacts } from './saml-assertion.js';
import { isActiveServer, type SubjectToken } from './subject-token.js';
import { actorOf, idJagContent } from './token-exchange.js';
import { EXCHANGE_RULES } from './token-exchange-rules.js';

/** The exchange that is thought of. */
export interface ImaginedExchange {
  readonly org: Org;
  readonly view: View;
  readonly agent: AiAgent;
  /** The application that the user signed in to. */
  readonly caller: Application;
  /** The server that the user's token came from: `org`, or a custom server's id. */
  readonly server: string;
  /** Absent: the rules about the user are not asked. */
  readonly userId: string | undefined;
  /** Issuer of the resource authorization server. */
  readonly audience: string;
  /** What is asked for; by default nothing in particular. */
  readonly resources?: readonly string[];
  readonly scopes?: readonly string[];
}

/** A minute, for a token that is good now. */
const MINUTE = 60_000;

const wayOf = ({ proof }: Client): Way => {
  if (proof.kind === 'none') return 'none';
  return proof.kind === 'secret' ? 'client_secret_basic' : 'assertion';
};

/** A client authentication in which everything is right that a request can get right. */
function clientFacts({ org, agent }: ImaginedExchange, client: Client, now: number): ClientFacts {
  const endpoint = `${endpointBase(org, 'org')}/v1/token`;
  const way = wayOf(client);
  const [clientId, seconds] = [agent.id, Math.floor(now / 1000)];
  const assertion = { iss: clientId, sub: clientId, aud: endpoint, iat: seconds, exp: seconds + 60 };
  const hasKeys = client.proof.kind !== 'keys' || client.proof.jwks.length > 0;
  const asserts = way === 'assertion';
  return {
    ways: [way],
    credentialsInQuery: false,
    assertionType: asserts ? CLIENT_ASSERTION_TYPE : undefined,
    assertionSent: asserts,
    basic: undefined,
    asserted: asserts ? { iss: clientId, sub: clientId } : undefined,
    claimedId: clientId,
    bodyId: undefined,
    client,
    secretMatches: client.proof.kind === 'secret' ? client.proof.secrets.length > 0 : undefined,
    assertion: asserts ? (hasKeys ? assertion : problem('no-keys')) : undefined,
    assertionSpent: false,
    audiences: [endpoint],
    now: seconds,
  };
}

/** A sign-in token that is good: an ID token, or a refresh token for a SAML application. */
function subjectToken({ view, agent, caller, server, userId }: ImaginedExchange, now: number): SubjectToken {
  return {
    kind: caller.saml ? 'refresh_token' : 'id_token',
    userId: userId ?? '',
    clientId: caller.oidc?.clientId ?? caller.id,
    heldBy: caller.saml && agent.id,
    server,
    serverActive: isActiveServer(view, server),
    notBefore: now,
    expiresAt: now + MINUTE,
    grant: undefined,
    rotatedOut: false,
    sessionEnded: false,
    act: undefined,
    email: true,
  };
}

/** Whom the caller's assertion for the user would name, and so whether it names one user: of it, all that the registry says. */
function assertionFacts({ view, caller, userId }: ImaginedExchange): SamlFacts {
  const user = userId === undefined ? undefined : view.get(users, userId);
  const name = user && caller.saml && nameIdAt(view, caller, user);
  if (name === undefined) return NO_ASSERTION;
  if (!isKnown(name)) return { ...NO_ASSERTION, nameId: samlProblem('saml_nameid_missing', 'missing') };
  return { ...NO_ASSERTION, nameId: name, namedUsers: usersNamed(view, caller, name.value) };
}

function exchangeFacts(imagined: ImaginedExchange, client: Client, now: number): ExchangeFacts {
  const { org, view, agent, caller, server, userId, audience, resources = [], scopes = [] } = imagined;
  const policy = gatherPolicyFacts({
    org,
    view,
    agent,
    callerId: caller.oidc?.clientId ?? caller.id,
    issuedBy: server,
    userId,
    audiences: [audience],
    resources,
    scopes,
  });
  const subject = subjectToken(imagined, now);
  return {
    server: 'org',
    publicClient: client.proof.kind === 'none',
    requestedTokenType: TOKEN_TYPE.idJag,
    subjectTokenSent: true,
    subjectTokenType: caller.saml ? TOKEN_TYPE.refreshToken : TOKEN_TYPE.idToken,
    subject,
    actorTokenSent: false,
    actorTokenType: undefined,
    actor: undefined,
    scopeText: scopes.length > 0 ? scopes.join(' ') : undefined,
    canSign: org.keys.canSign('org'),
    now,
    ...assertionFacts(imagined),
    // Last: an object that is spread first, and has many members added, costs fifty times as much.
    ...policy,
    // As imagined: it may stand for an application that the registry does not have.
    caller,
  };
}

function imagine(imagined: ImaginedExchange) {
  const now = imagined.org.clock.now();
  const client = findClient(imagined.view, imagined.agent.id) as Client;
  const facts = exchangeFacts(imagined, client, now);
  return { facts, client: () => clientFacts(imagined, client, now) };
}

/** What the exchange of an assertion for a refresh token demands beyond that of the refresh token. */
const FIRST_HOP = ASSERTION_EXCHANGE_RULES.filter((rule) => !EXCHANGE_RULES.includes(rule));

/** The hop before, by which a SAML requester gets the refresh token. */
function firstHop(facts: ExchangeFacts): ExchangeFacts {
  const types = { subjectTokenType: TOKEN_TYPE.saml2, requestedTokenType: TOKEN_TYPE.refreshToken };
  return { ...facts, ...types, scopes: ['openid', 'offline_access'] };
}

/**
 * Every rule that the exchange would be judged by, in the order in which refusals win; where the caller has SAML, those of
 * both its hops, each once.
 */
export function imagineExchange(imagined: ImaginedExchange): readonly Judged[] {
  const { facts, client } = imagine(imagined);
  const first = imagined.caller.saml ? explain(FIRST_HOP, firstHop(facts)) : [];
  return [...explain(CLIENT_RULES, client()), ...first, ...explain(EXCHANGE_RULES, facts)];
}

/** What an exchange would be given, refused or not. */
export interface ImaginedIdJag {
  /** Absent: the agent has no connection to the audience, so nobody knows what would stand in it. */
  readonly content: IdJagContent | undefined;
  readonly actor: Actor;
  /** The rule that would refuse; judged when it is asked for. */
  readonly refusedBy: () => Judged['rule'] | undefined;
}

/** The ID-JAG that the exchange would come to. The user must be one of the org. */
export function imagineIdJag(imagined: ImaginedExchange): ImaginedIdJag {
  const { facts, client } = imagine(imagined);
  const connected = known(facts.connection) !== undefined && facts.target !== undefined;
  return {
    content: connected ? idJagContent(facts, imagined.org) : undefined,
    actor: actorOf(facts),
    refusedBy: () => judge(CLIENT_RULES, client()) ?? judge(EXCHANGE_RULES, facts),
  };
}
