/**
 * Every table of rules in the order in which a request meets them, each with the test files that guard it. The mutation
 * run and what is printed about rules go by this list; the rules themselves stay where they are judged.
 */
import { PAGE_RULES, REDIRECT_RULES, SIGNED_IN_RULES } from '../src/authorization/authorize-rules.js';
import { SAML_LOGOUT_RESPONSE_RULES, SAML_LOGOUT_RULES } from '../src/authorization/saml-logout-rules.js';
import { SAML_MESSAGE_RULES } from '../src/authorization/saml-message-rules.js';
import { SAML_PAGE_RULES, SAML_RESPONSE_RULES, SAML_SIGNED_IN_RULES } from '../src/authorization/saml-sso-rules.js';
import { CLIENT_RULES } from '../src/grants/client-rules.js';
import { TOKEN_ENDPOINT_RULES } from '../src/grants/token-endpoint.js';
import { EXCHANGE_RULES } from '../src/grants/token-exchange-rules.js';
import { TOKEN_STATE_RULES } from '../src/grants/token-state.js';
import type { Rule } from '../src/protocol/rule.js';
import { GRANT_TYPE } from '../src/protocol/urns.js';

export interface Table {
  readonly title: string;
  /** What the table judges, as one sentence. */
  readonly about: string;
  // biome-ignore lint/suspicious/noExplicitAny: rules over facts of every kind
  readonly rules: readonly Rule<any>[];
  /** Test files that guard the rules, the most telling first. */
  readonly tests: readonly string[];
}

type GrantTypeName = (typeof GRANT_TYPE)[keyof typeof GRANT_TYPE];

const TOKEN_ENDPOINT_TEST = 'test/grants/token-endpoint.test.ts';
const SAML_TEST = 'test/authorization/saml-sso.test.ts';
const SAML_LOGOUT_TEST = 'test/authorization/saml-logout.test.ts';
const AUTHORIZE_TESTS = ['test/authorization/authorize.test.ts', 'test/authorization/sign-in.test.ts'];

/** Keyed by the vocabulary, so that the compiler asks for the entry of a new grant type. */
const GRANTS: Readonly<Record<GrantTypeName, Omit<Table, 'rules'>>> = {
  [GRANT_TYPE.authorizationCode]: {
    title: 'Authorization code',
    about: 'Whether a code is redeemed for tokens.',
    tests: ['test/grants/authorization-code.test.ts', TOKEN_ENDPOINT_TEST],
  },
  [GRANT_TYPE.refreshToken]: {
    title: 'Refresh token',
    about: 'Whether a refresh token is good for new tokens.',
    tests: ['test/grants/refresh-token.test.ts', 'test/grants/assertion-exchange.test.ts', TOKEN_ENDPOINT_TEST],
  },
  [GRANT_TYPE.password]: {
    title: 'Password',
    about: 'Whether a user name and a password are good for tokens.',
    tests: ['test/grants/password.test.ts', TOKEN_ENDPOINT_TEST],
  },
  [GRANT_TYPE.clientCredentials]: {
    title: 'Client credentials',
    about: 'Whether an application is given an access token in its own name, without a user.',
    tests: ['test/grants/client-credentials.test.ts', TOKEN_ENDPOINT_TEST],
  },
  [GRANT_TYPE.tokenExchange]: {
    title: 'Token exchange',
    about: 'Whether a subject token is exchanged for an ID-JAG; the policy of Cross App Access is part of it.',
    tests: [
      'test/grants/token-exchange.test.ts',
      'test/grants/assertion-exchange.test.ts',
      'test/grants/profiles.test.ts',
      'test/access/policy-facts.test.ts',
      'test/registry/policy-rows.test.ts',
      TOKEN_ENDPOINT_TEST,
    ],
  },
  [GRANT_TYPE.jwtBearer]: {
    title: 'JWT bearer',
    about:
      'Whether a custom authorization server redeems an ID-JAG; by the rules about the token itself, explain judges any.',
    tests: [
      'test/grants/jwt-bearer.test.ts',
      'test/ras/acceptance-rules.test.ts',
      'test/ras/found.test.ts',
      'test/ras/explain.test.ts',
      'test/grants/profiles.test.ts',
      'test/journeys/custom-authorization-server.test.ts',
      TOKEN_ENDPOINT_TEST,
    ],
  },
};

/** A grant type that is for a requested token alone: what it demands beyond the first of that name. */
const ASSERTION_EXCHANGE: Omit<Table, 'rules'> = {
  title: 'Token exchange for a refresh token',
  about:
    'Whether a SAML assertion is exchanged for a refresh token. Before these come the rules of the exchange for an ID-JAG that are not about the audience, the resource and the ID-JAG, in their order; the two about scopes come last.',
  tests: ['test/grants/assertion-exchange.test.ts', TOKEN_ENDPOINT_TEST],
};

const ofExchange = new Set<unknown>(EXCHANGE_RULES);

const GRANT_TABLES: readonly Table[] = TOKEN_ENDPOINT_RULES.grantTypes.map(
  ({ grantType, requestedTokenType, rules }) => {
    if (requestedTokenType === undefined) return { ...GRANTS[grantType as GrantTypeName], rules };
    return { ...ASSERTION_EXCHANGE, rules: rules.filter((rule) => !ofExchange.has(rule)) };
  },
);

export const TABLES: readonly Table[] = [
  {
    title: 'Rate limit',
    about: 'Whether a client is answered at all this minute, at the token, introspection and revocation endpoints.',
    rules: TOKEN_ENDPOINT_RULES.rate,
    tests: ['test/http/rate-limit.test.ts', TOKEN_ENDPOINT_TEST],
  },
  {
    title: 'Form',
    about: 'Whether the body of a token request can be read at all.',
    rules: TOKEN_ENDPOINT_RULES.form,
    tests: [TOKEN_ENDPOINT_TEST, 'test/http/bad-input.test.ts'],
  },
  {
    title: 'Client authentication',
    about: 'Whether the client is who it says it is, at every endpoint that asks.',
    rules: CLIENT_RULES,
    tests: ['test/grants/client-authentication.test.ts', TOKEN_ENDPOINT_TEST, 'test/grants/token-state.test.ts'],
  },
  {
    title: 'Choice of the grant',
    about: 'Whether the client may use the grant type it asks for.',
    rules: TOKEN_ENDPOINT_RULES.grant,
    tests: [TOKEN_ENDPOINT_TEST, ...GRANT_TABLES.map(({ tests: [own] }) => own as string)],
  },
  ...GRANT_TABLES,
  {
    title: 'Introspection and revocation',
    about: 'Whether there is a token to look at.',
    rules: TOKEN_STATE_RULES,
    tests: ['test/grants/token-state.test.ts', TOKEN_ENDPOINT_TEST],
  },
  {
    title: 'Authorization, shown on a page',
    about: 'Whether the redirect URI may be trusted with an answer.',
    rules: PAGE_RULES,
    tests: AUTHORIZE_TESTS,
  },
  {
    title: 'Authorization, sent to the redirect URI',
    about: 'Whether the application may ask what it asks.',
    rules: REDIRECT_RULES,
    tests: AUTHORIZE_TESTS,
  },
  {
    title: 'Authorization, once the user is known',
    about: 'Whether this user may have a code for the application.',
    rules: SIGNED_IN_RULES,
    tests: AUTHORIZE_TESTS,
  },
  {
    title: 'SAML messages, shown on a page',
    about: 'Whether a message of a service provider can be believed, to sign in or out.',
    rules: SAML_MESSAGE_RULES,
    tests: [SAML_TEST, SAML_LOGOUT_TEST],
  },
  {
    title: 'SAML sign-in, shown on a page',
    about: 'Whether the response may be sent where the request wants it.',
    rules: SAML_PAGE_RULES,
    tests: [SAML_TEST],
  },
  {
    title: 'SAML sign-in, sent to the service provider',
    about: 'Whether the service provider may ask what it asks.',
    rules: SAML_RESPONSE_RULES,
    tests: [SAML_TEST],
  },
  {
    title: 'SAML sign-in, once the user is known',
    about: 'Whether this user is signed in to the application.',
    rules: SAML_SIGNED_IN_RULES,
    tests: [SAML_TEST],
  },
  {
    title: 'SAML sign-out, shown on a page',
    about: 'Whether the application may end sessions at all.',
    rules: SAML_LOGOUT_RULES,
    tests: [SAML_LOGOUT_TEST],
  },
  {
    title: 'SAML sign-out, sent to the service provider',
    about: 'Whether the request to end sessions is still good.',
    rules: SAML_LOGOUT_RESPONSE_RULES,
    tests: [SAML_LOGOUT_TEST],
  },
];
