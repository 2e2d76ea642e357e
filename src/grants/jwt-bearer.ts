/** grant_type=jwt-bearer at a custom authorization server: Okta as the resource authorization server redeems an ID-JAG. */
import { issuerOf } from '../org.js';
import { words } from '../protocol/form.js';
import { isKnown } from '../protocol/rule.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import { ID_JAG_RULES, type IdJagFacts } from '../ras/id-jag-rules.js';
import { type AuthorizationServer, policyAllows, scopeNames } from '../registry/authorization-server.js';
import { type User, users } from '../registry/user.js';
import { insert } from '../store/port.js';
import { partyOfUser } from '../syslog/event.js';
import { type IdJagClaims, verifyIdJag } from '../tokens/id-jag.js';
import { peekOrNothing } from '../tokens/jws.js';
import { type ClientCall, type GrantType, serverId } from './call.js';
import { issueTokens, newGrant } from './issue-tokens.js';
import { fingerprint, grants, spentAssertions } from './records.js';

const spentId = (claims: IdJagClaims) => `id-jag ${claims.iss} ${fingerprint(claims.jti)}`;

async function gather(call: ClientCall): Promise<IdJagFacts> {
  const { form, org, view } = call;
  const assertion = form.get('assertion');
  const idJag = assertion === undefined ? undefined : await verifyIdJag(assertion, org.keys);
  const claims = isKnown(idJag) ? idJag : undefined;
  const spent = claims && org.store.live.get(spentAssertions, spentId(claims));
  const server = call.server as AuthorizationServer;
  const scopeText = form.get('scope');
  const granted = words(scopeText ?? claims?.scope);
  const named = assertion === undefined ? undefined : peekOrNothing(assertion);
  return {
    profile: org.profile,
    assertionSent: assertion !== undefined,
    scopeText,
    granted,
    issuerTrusted: named && named.iss === org.issuer,
    idJag,
    ownIssuer: issuerOf(org, serverId(call)),
    clientId: call.client.clientId,
    user: claims && view.get(users, claims.sub),
    resources: form.all('resource'),
    offered: scopeNames(server),
    spent: spent !== undefined && spent.expiresAt > call.now,
    policyAllows: policyAllows(server, call.client.clientId, GRANT_TYPE.jwtBearer, granted),
    now: Math.floor(call.now / 1000),
  };
}

export const jwtBearer: GrantType<IdJagFacts> = {
  grantType: GRANT_TYPE.jwtBearer,
  gather,
  rules: ID_JAG_RULES,
  plan(facts, call) {
    const claims = facts.idJag as IdJagClaims;
    const user = facts.user as User;
    const scopes = facts.granted;
    const grant = newGrant(call, { userId: user.id, scopes, authTime: claims.iat });
    const spending = insert(spentAssertions, { id: spentId(claims), expiresAt: claims.exp * 1000 });
    return {
      changes: [...(facts.profile.redeemedTwice === 'accepted' ? [] : [spending]), insert(grants, grant)],
      issue: () => issueTokens(call, { grant, user, scopes, act: claims.act, subProfile: claims.sub_profile }),
    };
  },
  subject: (facts) => ({
    user: facts.user && partyOfUser(facts.user),
    audience: facts.ownIssuer,
  }),
};
