/**
 * Every table of rules in the order in which a request meets them, and every rule by its name: what is printed about rules, and
 * what the console says of one, go by this list. The rules themselves stay where they are judged.
 */
import { CLIENT_RULES } from '../grants/client-rules.js';
import { TOKEN_ENDPOINT_RULES } from '../grants/token-endpoint.js';
import { EXCHANGE_RULES, EXCHANGE_STAGES } from '../grants/token-exchange-rules.js';
import { TOKEN_STATE_RULES } from '../grants/token-state.js';
import type { Rule } from '../protocol/rule.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import { PAGE_RULES, REDIRECT_RULES, SIGNED_IN_RULES } from './authorize-rules.js';
import { SAML_LOGOUT_RESPONSE_RULES, SAML_LOGOUT_RULES } from './saml-logout-rules.js';
import { SAML_MESSAGE_RULES } from './saml-message-rules.js';
import { SAML_PAGE_RULES, SAML_RESPONSE_RULES, SAML_SIGNED_IN_RULES } from './saml-sso-rules.js';

/** What each table judges, as one sentence. */
const ABOUT = {
  'Rate limit':
    'Whether a client is answered at all this minute, at the token, introspection and revocation endpoints.',
  Form: 'Whether the body of a token request can be read at all.',
  'Client authentication': 'Whether the client is who it says it is, at every endpoint that asks.',
  'Choice of the grant': 'Whether the client may use the grant type it asks for.',
  'Authorization code': 'Whether a code is redeemed for tokens.',
  'Refresh token': 'Whether a refresh token is good for new tokens.',
  Password: 'Whether a user name and a password are good for tokens.',
  'Client credentials': 'Whether an application is given an access token in its own name, without a user.',
  'Token exchange': 'Whether a subject token is exchanged for an ID-JAG; the policy of Cross App Access is part of it.',
  'Token exchange for a refresh token':
    'Whether a SAML assertion is exchanged for a refresh token. Before these come the rules of the exchange for an ID-JAG that are not about the audience, the resource and the ID-JAG, in their order; the two about scopes come last.',
  'JWT bearer':
    'Whether a custom authorization server redeems an ID-JAG; by the rules about the token itself, explain judges any.',
  'Introspection and revocation': 'Whether there is a token to look at.',
  'Authorization, shown on a page': 'Whether the redirect URI may be trusted with an answer.',
  'Authorization, sent to the redirect URI': 'Whether the application may ask what it asks.',
  'Authorization, once the user is known': 'Whether this user may have a code for the application.',
  'SAML messages, shown on a page': 'Whether a message of a service provider can be believed, to sign in or out.',
  'SAML sign-in, shown on a page': 'Whether the response may be sent where the request wants it.',
  'SAML sign-in, sent to the service provider': 'Whether the service provider may ask what it asks.',
  'SAML sign-in, once the user is known': 'Whether this user is signed in to the application.',
  'SAML sign-out, shown on a page': 'Whether the application may end sessions at all.',
  'SAML sign-out, sent to the service provider': 'Whether the request to end sessions is still good.',
} as const;
export type TableTitle = keyof typeof ABOUT;

// biome-ignore lint/suspicious/noExplicitAny: rules over facts of every kind
type AnyRule = Rule<any>;

export interface RuleTable {
  readonly title: TableTitle;
  /** What the table judges, as one sentence. */
  readonly about: string;
  readonly rules: readonly AnyRule[];
}

const table = (title: TableTitle, rules: readonly AnyRule[]): RuleTable => ({ title, about: ABOUT[title], rules });

/** Keyed by the vocabulary, so that the compiler asks for the title of a new grant type. */
const GRANT_TITLES: Readonly<Record<(typeof GRANT_TYPE)[keyof typeof GRANT_TYPE], TableTitle>> = {
  [GRANT_TYPE.authorizationCode]: 'Authorization code',
  [GRANT_TYPE.refreshToken]: 'Refresh token',
  [GRANT_TYPE.password]: 'Password',
  [GRANT_TYPE.clientCredentials]: 'Client credentials',
  [GRANT_TYPE.tokenExchange]: 'Token exchange',
  [GRANT_TYPE.jwtBearer]: 'JWT bearer',
};

const ofExchange = new Set<unknown>(EXCHANGE_RULES);

/** One for each grant type; a grant type that is for a requested token alone: what it demands beyond the first of that name. */
export const GRANT_TABLES: readonly RuleTable[] = TOKEN_ENDPOINT_RULES.grantTypes.map(
  ({ grantType, requestedTokenType, rules }) =>
    requestedTokenType === undefined
      ? table(GRANT_TITLES[grantType as keyof typeof GRANT_TITLES], rules)
      : table(
          'Token exchange for a refresh token',
          rules.filter((rule) => !ofExchange.has(rule)),
        ),
);

export const RULE_TABLES: readonly RuleTable[] = [
  table('Rate limit', TOKEN_ENDPOINT_RULES.rate),
  table('Form', TOKEN_ENDPOINT_RULES.form),
  table('Client authentication', CLIENT_RULES),
  table('Choice of the grant', TOKEN_ENDPOINT_RULES.grant),
  ...GRANT_TABLES,
  table('Introspection and revocation', TOKEN_STATE_RULES),
  table('Authorization, shown on a page', PAGE_RULES),
  table('Authorization, sent to the redirect URI', REDIRECT_RULES),
  table('Authorization, once the user is known', SIGNED_IN_RULES),
  table('SAML messages, shown on a page', SAML_MESSAGE_RULES),
  table('SAML sign-in, shown on a page', SAML_PAGE_RULES),
  table('SAML sign-in, sent to the service provider', SAML_RESPONSE_RULES),
  table('SAML sign-in, once the user is known', SAML_SIGNED_IN_RULES),
  table('SAML sign-out, shown on a page', SAML_LOGOUT_RULES),
  table('SAML sign-out, sent to the service provider', SAML_LOGOUT_RESPONSE_RULES),
];

/** A rule as it is found by its name. */
export interface NamedRule extends Pick<AnyRule, 'name' | 'demands' | 'reason' | 'source'> {
  /** The table it stands in; of the long table of the exchange, the part. */
  readonly stage: string;
}

const STAGES: readonly (readonly [string, readonly AnyRule[]])[] = [
  ...Object.entries(EXCHANGE_STAGES),
  ...RULE_TABLES.map(({ title, rules }) => [title, rules] as const),
];

const NAMED: ReadonlyMap<string, NamedRule> = new Map(
  STAGES.flatMap(([stage, rules]) =>
    rules.map(({ name, demands, reason, source }) => [name, { name, demands, reason, source, stage }] as const),
  ).toReversed(),
);

/** The rule of that name, as records and events have it; none where there is no such rule. */
export function findRule(name: string): NamedRule | undefined {
  return NAMED.get(name);
}
