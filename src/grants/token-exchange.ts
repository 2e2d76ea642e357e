/**
 * The exchange: an ID token or refresh token in, an ID-JAG for one resource authorization server out. What it is judged by
 * stands in `token-exchange-rules.ts`. ID-JAG draft, "Token Exchange".
 */
import { expandIssuer, type Org, secondsNow } from '../org.js';
import type { Profile } from '../protocol/profile.js';
import { type Fact, known, problemOf } from '../protocol/rule.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../protocol/urns.js';
import { hasOtherNameId } from '../registry/advice.js';
import type { AiAgent } from '../registry/ai-agent.js';
import { type Application, subProfileOf } from '../registry/application.js';
import type { NameId } from '../registry/name-id.js';
import { resourceIndicatorOf, type Target } from '../registry/policy.js';
import { allowsScope, defaultScopes, type ResourceConnection } from '../registry/resource-connection.js';
import { samlIssuerOf } from '../registry/saml-settings.js';
import type { User } from '../registry/user.js';
import { partyOfUser } from '../syslog/event.js';
import { type Actor, ID_JAG_SECONDS, type IdJagContent, issueIdJag, type SamlSubjectId } from '../tokens/id-jag.js';
import { revocation } from './authorization-code.js';
import type { ClientCall, GrantType, Subject, TokenResponse } from './call.js';
import type { ExchangeFacts } from './exchange-facts.js';
import { gatherOnPurpose } from './exchange-on-purpose.js';
import { gatherExchange } from './gather-exchange.js';
import { samlShown, spendingOf } from './saml-assertion.js';
import { NOT_ROTATED_OUT } from './subject-token-rules.js';
import { EXCHANGE_RULES } from './token-exchange-rules.js';

async function gather(call: ClientCall): Promise<ExchangeFacts> {
  const facts = await gatherExchange(call);
  return { ...facts, onPurpose: await gatherOnPurpose(call, facts, contentIfKnown(facts, call.org)) };
}

/** What the ID-JAG would say; undefined where a rule that refuses has seen to it that nobody knows. */
function contentIfKnown(facts: ExchangeFacts, org: Org): IdJagContent | undefined {
  const { connection, target, user, caller, canSign } = facts;
  if (!canSign || !target || [connection, user, caller].some((fact) => known(fact as Fact<object>) === undefined)) {
    return undefined;
  }
  const content = idJagContent(facts, org);
  return content.clientId === undefined ? undefined : content;
}

/** Who acts: the agent, and within it the application that the user signed in to, unless the two are one client. */
export function actorOf(facts: ExchangeFacts): Actor {
  const agent = facts.agent as AiAgent;
  const { oidc } = facts.caller as Application;
  if (facts.callerIsLinked && oidc) return { sub: agent.id, sub_profile: `ai_agent ${subProfileOf(oidc)}` };
  const caller = oidc && { act: { sub: oidc.clientId, sub_profile: subProfileOf(oidc) } };
  return { sub: agent.id, sub_profile: 'ai_agent', ...caller };
}

/** The NameID that the resource application would get by SAML. */
function subjectIdOf({ app }: Target, nameId: NameId | undefined): SamlSubjectId | undefined {
  if (!app?.saml || !nameId) return undefined;
  const { value, format, spNameQualifier } = nameId;
  return {
    ...{ format: 'saml-nameid', issuer: samlIssuerOf(app.saml), nameid: value, nameid_format: format },
    ...(spNameQualifier !== undefined && { sp_name_qualifier: spNameQualifier }),
  };
}

/** The email address goes to applications only, when the sign-in has released it. */
function emailFor({ app }: Target, user: User, facts: ExchangeFacts, profile: Profile): string | undefined {
  const withheld = profile.emailBesideOtherNameId === 'left out' && app !== undefined && hasOtherNameId(app);
  // A SAML sign-in always does; see the refresh token that comes of one.
  const released = known(facts.verified) !== undefined || known(facts.subject)?.email === true;
  return app && released && !withheld ? user.profile.email : undefined;
}

/** What is granted of what was asked for; without `scope`, the default. */
function grantedScopes(facts: ExchangeFacts): readonly string[] {
  const { scopes } = facts;
  const [target, connection] = [facts.target as Target, facts.connection as ResourceConnection];
  if (scopes.length === 0) return defaultScopes(connection, target.declaredScopes);
  return scopes.filter((scope) => allowsScope(connection, scope));
}

/**
 * What a judged exchange is granted; its connection, target and user must be known. An authorization server as target
 * knows the agent by its own id and gets no email.
 */
export function idJagContent(facts: ExchangeFacts, org: Org): IdJagContent {
  const [target, connection] = [facts.target as Target, facts.connection as ResourceConnection];
  const user = facts.user as User;
  const withActor = org.profile.actor === 'always' || facts.actor !== undefined;
  return {
    issuer: org.issuer,
    audience: expandIssuer(org, connection.issuerUrl),
    userId: user.id,
    email: emailFor(target, user, facts, org.profile),
    // Never the agent's own id for want of another: without one, nothing is issued.
    clientId: target.app ? connection.clientIdAtResource : (facts.agent as AiAgent).id,
    scopes: grantedScopes(facts),
    // As the connection has it: what is granted, not how it was asked for.
    resource: facts.resources.length > 0 ? resourceIndicatorOf(connection, target) : undefined,
    act: withActor ? actorOf(facts) : undefined,
    subId: subjectIdOf(target, known(facts.nameIdAtResource)),
    now: secondsNow(org),
  };
}

async function issue(facts: ExchangeFacts, org: Org): Promise<TokenResponse> {
  const content = idJagContent(facts, org);
  const bent = known(facts.onPurpose)?.token;
  const reported = org.profile.responseScope === 'sent' && content.scopes.length > 0;
  return {
    token_type: 'N_A',
    expires_in: ID_JAG_SECONDS,
    access_token: bent ?? (await issueIdJag(content, org.keys)),
    ...(reported && { scope: content.scopes.join(' ') }),
    issued_token_type: TOKEN_TYPE.idJag,
  };
}

/** What using the actor token takes. */
export const spendingOfActor = ({ actor }: ExchangeFacts) => known(actor)?.spending ?? [];

/** Whom and what an exchange was about. */
export function subjectOfExchange(facts: ExchangeFacts): Subject {
  const user = known(facts.user);
  return { user: user && partyOfUser(user), audience: facts.audiences[0], saml: samlShown(facts) };
}

export const tokenExchange: GrantType<ExchangeFacts> = {
  grantType: GRANT_TYPE.tokenExchange,
  gather,
  rules: EXCHANGE_RULES,
  plan: (facts, call) => ({
    changes: [...spendingOfActor(facts), ...spendingOf(facts), ...(known(facts.onPurpose)?.changes ?? [])],
    issue: () => issue(facts, call.org),
  }),
  subject: subjectOfExchange,
  applied({ onPurpose }) {
    const impossible = problemOf(onPurpose);
    return impossible === undefined ? known(onPurpose) : { edgeCases: [], impossible };
  },
  onRefusal: (facts, broken) => (broken === NOT_ROTATED_OUT ? revocation(known(facts.subject)?.grant) : []),
};
