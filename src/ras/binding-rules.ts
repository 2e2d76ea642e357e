/** What an ID-JAG says, held against what the server expects: for whom it is, when, and for what. */
import { isScope, words } from '../protocol/form.js';
import { known, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import type { AcceptanceFacts } from './acceptance-facts.js';

const rule = rulesOver<AcceptanceFacts>();
const okta = (reason: string) => cite.oktaErrors(reason);

/** Seconds. */
export const LONGEST_LIFE = 300;
/** Seconds that an ID-JAG may be ahead of the clock; a leeway that is longer takes their place. */
const SKEW = 30;

/** The latest time that counts as now. */
export const latestNow = ({ now, leeway }: Pick<AcceptanceFacts, 'now' | 'leeway'>) => now + Math.max(SKEW, leeway);

const BINDING: readonly Rule<AcceptanceFacts>[] = [
  rule({
    name: 'id-jag-audience-single',
    demands: 'The aud is one: a text, or an array of one text.',
    needs: ['aud'],
    holds: (f) => f.aud.length === 1,
    reason: 'invalid_grant',
    source: cite.idJag('Access Token Request: Processing Rules', 'inferred'),
  }),
  rule({
    name: 'id-jag-audience-is-this-server',
    demands: 'The aud is the issuer of this server.',
    needs: ['aud', 'audience'],
    holds: (f) => f.aud.length > 0 && f.aud.every((one) => one === f.audience),
    reason: 'jwt_bearer_grant_invalid_audience',
    source: okta('jwt_bearer_grant_invalid_audience'),
  }),
  rule({
    name: 'id-jag-client-is-this-client',
    demands: 'The client_id is the authenticated client.',
    needs: ['client_id', 'clientId'],
    holds: (f) => f.client_id === f.clientId,
    reason: 'id_jag_client_mismatch',
    source: okta('id_jag_client_mismatch'),
  }),
];

const TIMES: readonly Rule<AcceptanceFacts>[] = [
  rule({
    name: 'id-jag-not-expired',
    demands: 'The ID-JAG has not expired.',
    needs: ['exp'],
    holds: (f) => f.exp + f.leeway > f.now,
    reason: 'id_jag_expired',
    source: okta('id_jag_expired'),
  }),
  rule({
    name: 'id-jag-not-from-the-future',
    demands: 'The ID-JAG was issued at most half a minute in the future.',
    needs: ['iat'],
    holds: (f) => f.iat <= latestNow(f),
    reason: 'id_jag_issued_in_future',
    source: okta('id_jag_issued_in_future'),
  }),
  rule({
    name: 'id-jag-not-before-passed',
    demands: 'The nbf, when there is one, is a number of seconds, and at most half a minute in the future.',
    of: ['nbf'],
    holds: (f) => (known(f.nbf) ?? Number.POSITIVE_INFINITY) <= latestNow(f),
    reason: 'invalid_grant',
    source: cite.jwtBearer('JWT Format and Processing Requirements'),
  }),
  rule({
    name: 'id-jag-expires-after-issue',
    demands: 'The exp comes after the iat.',
    needs: ['exp', 'iat'],
    holds: (f) => f.exp > f.iat,
    reason: 'invalid_grant',
    source: cite.jwt('"exp" (Expiration Time) Claim', 'ours'),
  }),
  rule({
    name: 'id-jag-lives-five-minutes-at-most',
    demands: 'Between iat and exp lie at most five minutes.',
    needs: ['exp', 'iat'],
    holds: (f) => f.exp - f.iat <= LONGEST_LIFE,
    reason: 'id_jag_lifetime_too_long',
    source: okta('id_jag_lifetime_too_long'),
  }),
];

const CONTENT: readonly Rule<AcceptanceFacts>[] = [
  rule({
    name: 'id-jag-grants-scope',
    demands: 'The ID-JAG grants at least one scope, where the server takes none without.',
    needs: ['claims', 'scopeRequired'],
    holds: (f) => words(known(f.scope)).length > 0,
    reason: 'id_jag_lacking_scopes',
    source: okta('id_jag_lacking_scopes'),
  }),
  rule({
    name: 'id-jag-scope-well-formed',
    demands:
      'The scope, when there is one, is scopes with single blanks between them, in the characters that they may have.',
    needs: ['scope'],
    holds: (f) => isScope(f.scope),
    reason: 'invalid_grant',
    source: cite.oauth('Access Token Scope'),
  }),
  rule({
    name: 'id-jag-resource-matches',
    demands: 'Every resource that is asked for is one of the resources in the ID-JAG.',
    needs: ['claims', 'resources'],
    holds: (f) => f.resources.every((resource) => known(f.resource)?.includes(resource) ?? false),
    reason: 'id_jag_resource_mismatch',
    source: okta('id_jag_resource_mismatch'),
  }),
  rule({
    // Nobody here can tell what such details restrict, so nothing is granted by an ID-JAG that has them.
    name: 'id-jag-details-enforceable',
    demands: 'authorization_details has no type that this server cannot enforce; it can enforce none.',
    needs: ['authorization_details'],
    holds: (f) => f.authorization_details.length === 0,
    reason: 'invalid_grant',
    source: cite.idJag('Access Token Request: Processing Rules', 'inferred'),
  }),
  rule({
    name: 'id-jag-key-proved',
    demands: 'Whoever presents an ID-JAG with cnf proves that it has the key; this server takes no such proof.',
    needs: ['cnf', 'keyProved'],
    holds: (f) => f.keyProved,
    reason: 'invalid_grant',
    source: cite.idJag('Sender Constraining Tokens: Proof-of-Possession', 'inferred'),
  }),
];

export const BINDING_RULES: readonly Rule<AcceptanceFacts>[] = [...BINDING, ...TIMES, ...CONTENT];
