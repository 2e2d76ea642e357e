/** grant_type=authorization_code: a code is spent once, by the client it was issued to, with the verifier it was asked for. */
import { isPkceValue, matchesChallenge } from '../protocol/pkce.js';
import { type Fact, problem, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import { type User, users } from '../registry/user.js';
import { type Change, replace } from '../store/port.js';
import { partyOfUser } from '../syslog/event.js';
import { type GrantType, serverId } from './call.js';
import { issueTokens, newGrant, openGrant } from './issue-tokens.js';
import { type AuthorizationCode, codes, fingerprint, type Grant, grants } from './records.js';

export interface CodeFacts {
  readonly codeSent: boolean;
  readonly code: Fact<AuthorizationCode, 'unknown'> | undefined;
  readonly clientId: string;
  readonly server: string;
  readonly redirectUri: string | undefined;
  readonly verifier: string | undefined;
  readonly user: User | undefined;
  /** The grant the code was spent for, if it was. */
  readonly grant: Grant | undefined;
  readonly now: number;
}

const rule = rulesOver<CodeFacts>();

const RULES: readonly Rule<CodeFacts>[] = [
  rule({
    name: 'code-sent',
    demands: 'code is there.',
    holds: (f) => f.codeSent,
    reason: 'missing_token_request_parameter',
    source: cite.oauth('Access Token Request'),
  }),
  rule({
    name: 'code-known',
    demands: 'The code was issued by this server and is not long gone.',
    of: ['code'],
    holds: (f) => problemOf(f.code) === undefined,
    reason: 'invalid_authorization_code',
    source: cite.oauth('Error Response'),
  }),
  rule({
    name: 'code-of-this-server',
    demands: 'The code was issued by the authorization server it is sent to.',
    needs: ['code'],
    holds: (f) => f.code.server === f.server,
    reason: 'invalid_authorization_code',
    source: cite.oauth('Error Response', 'inferred'),
  }),
  rule({
    name: 'code-of-this-client',
    demands: 'The code was issued to the client that sends it.',
    needs: ['code'],
    holds: (f) => f.code.clientId === f.clientId,
    reason: 'mismatched_client',
    source: cite.oktaErrors('mismatched_client'),
  }),
  rule({
    name: 'code-unspent',
    demands: 'The code was not used before; if it was, its grant is revoked.',
    needs: ['code'],
    holds: (f) => !f.code.spent,
    reason: 'invalid_authorization_code',
    source: cite.oauth('Authorization Response'),
  }),
  rule({
    name: 'code-not-expired',
    demands: 'The code is at most five minutes old.',
    needs: ['code'],
    holds: (f) => f.code.expiresAt > f.now,
    reason: 'invalid_authorization_code',
    source: cite.oktaOidc('Release notes 2021: authorization code lifetime'),
  }),
  rule({
    name: 'code-redirect-uri-same',
    demands: 'redirect_uri is the one of the authorization request.',
    needs: ['code'],
    holds: (f) => f.code.redirectUri === f.redirectUri,
    reason: 'mismatched_redirect_uri',
    source: cite.oktaErrors('mismatched_redirect_uri'),
  }),
  rule({
    name: 'pkce-verifier-sent',
    demands: 'A code asked for with a code_challenge comes with its code_verifier.',
    needs: ['code'],
    holds: (f) => f.code.codeChallenge === undefined || f.verifier !== undefined,
    reason: 'pkce_missing_verifier',
    wording: 'pkceVerifierError',
    source: cite.oktaErrors('pkce_missing_verifier'),
  }),
  rule({
    name: 'pkce-verifier-expected',
    demands: 'A code asked for without a code_challenge comes without a code_verifier.',
    needs: ['code'],
    holds: (f) => f.code.codeChallenge !== undefined || f.verifier === undefined,
    reason: 'pkce_missing_challenge_verifier_present',
    wording: 'pkceVerifierError',
    source: cite.securityBcp('Authorization Code Grant'),
  }),
  rule({
    name: 'pkce-verifier-well-formed',
    demands: 'The code_verifier is 43 to 128 characters of the right kind.',
    needs: ['verifier'],
    holds: (f) => isPkceValue(f.verifier),
    reason: 'pkce_verification_failed',
    source: cite.pkce('Client Creates a Code Verifier'),
  }),
  rule({
    name: 'pkce-verifier-matches',
    demands: 'The code_verifier hashes to the code_challenge.',
    needs: ['code', 'verifier'],
    holds: (f) => f.code.codeChallenge === undefined || matchesChallenge(f.verifier, f.code.codeChallenge),
    reason: 'pkce_verification_failed',
    source: cite.pkce('Server Verifies code_verifier before Returning the Tokens'),
  }),
  rule({
    name: 'code-user-active',
    demands: 'The user who signed in is still active.',
    needs: ['code'],
    holds: (f) => f.user?.status === 'ACTIVE',
    reason: 'invalid_authorization_code',
    source: cite.oktaOidc('Token', 'ours'),
  }),
];

const UNSPENT = RULES.find((row) => row.name === 'code-unspent') as Rule<CodeFacts>;

/** The change that ends a grant; nothing when it is gone or ended already. */
export function revocation(grant: Grant | undefined): readonly Change[] {
  return grant && !grant.revoked ? [replace(grants, grant, { ...grant, revoked: true })] : [];
}

export const authorizationCode: GrantType<CodeFacts> = {
  grantType: GRANT_TYPE.authorizationCode,
  rules: RULES,
  async gather(call) {
    const { form, org } = call;
    const sent = form.get('code');
    const code = sent === undefined ? undefined : org.store.live.get(codes, fingerprint(sent));
    return {
      codeSent: sent !== undefined,
      code: sent === undefined ? undefined : (code ?? problem('unknown')),
      clientId: call.client.clientId,
      server: serverId(call),
      redirectUri: form.get('redirect_uri'),
      verifier: form.get('code_verifier'),
      user: code && call.view.get(users, code.userId),
      grant: code && org.store.live.get(grants, code.grantId),
      now: call.now,
    };
  },
  plan(facts, call) {
    const code = facts.code as AuthorizationCode;
    const { grantId: id, userId, scopes, authTime, sessionId } = code;
    const grant = newGrant(call, { id, userId, scopes, authTime, sessionId });
    const { changes, refreshToken } = openGrant(call, grant);
    return {
      changes: [replace(codes, code, { ...code, spent: true }), ...changes],
      issue: () => issueTokens(call, { grant, user: facts.user as User, scopes, nonce: code.nonce, refreshToken }),
    };
  },
  subject: (facts) => ({ user: facts.user && partyOfUser(facts.user) }),
  onRefusal: (facts, broken) => (broken === UNSPENT ? revocation(facts.grant) : []),
};
