/** grant_type=jwt-bearer at a custom authorization server: Okta as the resource authorization server redeems an ID-JAG. */
import { issuerOf } from '../org.js';
import { words } from '../protocol/form.js';
import { known, problem } from '../protocol/rule.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import { readToken, type TokenFacts } from '../ras/acceptance-facts.js';
import { type ClaimFacts, claimFacts } from '../ras/claim-facts.js';
import { ID_JAG_RULES, type IdJagFacts } from '../ras/id-jag-rules.js';
import { type AuthorizationServer, policyAllows, scopeNames } from '../registry/authorization-server.js';
import { type User, users } from '../registry/user.js';
import { insert } from '../store/port.js';
import { partyOfUser } from '../syslog/event.js';
import type { Members } from '../tokens/read-json.js';
import { type ClientCall, type GrantType, serverId } from './call.js';
import { issueTokens, newGrant } from './issue-tokens.js';
import { fingerprint, grants, spentAssertions } from './records.js';

const ALGORITHMS = ['RS256'];

const spentId = (iss: unknown, jti: string) => `id-jag ${iss} ${fingerprint(jti)}`;

/** What may be said of the assertion. A signature that could not be looked at does not verify. */
async function readAssertion(assertion: string, { org }: ClientCall): Promise<TokenFacts> {
  const facts = await readToken(assertion, org.keys.ofServer('org'), ALGORITHMS);
  return { ...facts, signature: facts.signature ?? problem('malformed') };
}

const NOTHING_SENT: TokenFacts = {
  form: undefined,
  size: undefined,
  header: undefined,
  payload: undefined,
  signature: undefined,
};

/** The claims, once the signature has verified. Before, only the issuer that is named: by it the key is chosen. */
function believed({ payload, signature }: TokenFacts): ClaimFacts & { readonly claims: Members | undefined } {
  const members = known(payload);
  const facts = members ? claimFacts(members) : {};
  return signature === 'verified' ? { ...facts, claims: members } : { iss: facts.iss, claims: undefined };
}

async function gather(call: ClientCall): Promise<IdJagFacts> {
  const { form, org, view } = call;
  const assertion = form.get('assertion');
  const token = assertion === undefined ? NOTHING_SENT : await readAssertion(assertion, call);
  const claims = believed(token);
  const [sub, jti] = [known(claims.sub), known(claims.jti)];
  const spent = jti === undefined ? undefined : org.store.live.get(spentAssertions, spentId(claims.iss, jti));
  const server = call.server as AuthorizationServer;
  const scopeText = form.get('scope');
  const granted = words(scopeText ?? known(claims.scope));
  return {
    ...token,
    ...claims,
    ...{ issuer: org.issuer, audience: issuerOf(org, serverId(call)), clientId: call.client.clientId },
    ...{ resources: form.all('resource'), algorithms: ALGORITHMS, scopeRequired: true, keyProved: false },
    ...{ now: Math.floor(call.now / 1000), leeway: 0 },
    profile: org.profile,
    assertionSent: assertion !== undefined,
    scopeText,
    granted,
    user: sub === undefined ? undefined : view.get(users, sub),
    offered: scopeNames(server),
    spent: spent !== undefined && spent.expiresAt > call.now,
    policyAllows: policyAllows(server, call.client.clientId, GRANT_TYPE.jwtBearer, granted),
  };
}

export const jwtBearer: GrantType<IdJagFacts> = {
  grantType: GRANT_TYPE.jwtBearer,
  gather,
  rules: ID_JAG_RULES,
  plan(facts, call) {
    const { iss, profile, granted: scopes } = facts;
    const [jti, exp, iat] = [facts.jti as string, facts.exp as number, facts.iat as number];
    const user = facts.user as User;
    const grant = newGrant(call, { userId: user.id, scopes, authTime: iat });
    const spending = insert(spentAssertions, { id: spentId(iss, jti), expiresAt: exp * 1000 });
    const act = known(facts.act)?.actor;
    return {
      changes: [...(profile.redeemedTwice === 'accepted' ? [] : [spending]), insert(grants, grant)],
      issue: () => issueTokens(call, { grant, user, scopes, act, subProfile: known(facts.sub_profile) }),
    };
  },
  subject: (facts) => ({
    user: facts.user && partyOfUser(facts.user),
    audience: facts.audience,
  }),
};
