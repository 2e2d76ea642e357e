/**
 * Every table of rules in the order in which a request meets them, each with the test files that guard it. The mutation
 * run and what is printed about rules go by this list.
 */
import { GRANT_TABLES, RULE_TABLES, type RuleTable, type TableTitle } from '../src/authorization/rule-tables.js';

export interface Table extends RuleTable {
  /** Test files that guard the rules, the most telling first. */
  readonly tests: readonly string[];
}

const TOKEN_ENDPOINT_TEST = 'test/grants/token-endpoint.test.ts';
const SAML_TEST = 'test/authorization/saml-sso.test.ts';
const SAML_LOGOUT_TEST = 'test/authorization/saml-logout.test.ts';
const AUTHORIZE_TESTS = ['test/authorization/authorize.test.ts', 'test/authorization/sign-in.test.ts'];

/** Keyed by the titles, so that the compiler asks for the tests of a new table. */
const TESTS: Readonly<Record<TableTitle, readonly string[]>> = {
  'Rate limit': ['test/http/rate-limit.test.ts', TOKEN_ENDPOINT_TEST],
  Form: [TOKEN_ENDPOINT_TEST, 'test/http/bad-input.test.ts'],
  'Client authentication': [
    'test/grants/client-authentication.test.ts',
    TOKEN_ENDPOINT_TEST,
    'test/grants/token-state.test.ts',
  ],
  'Choice of the grant': [TOKEN_ENDPOINT_TEST],
  'Authorization code': ['test/grants/authorization-code.test.ts', TOKEN_ENDPOINT_TEST],
  'Refresh token': ['test/grants/refresh-token.test.ts', 'test/grants/assertion-exchange.test.ts', TOKEN_ENDPOINT_TEST],
  Password: ['test/grants/password.test.ts', TOKEN_ENDPOINT_TEST],
  'Client credentials': ['test/grants/client-credentials.test.ts', TOKEN_ENDPOINT_TEST],
  'Token exchange': [
    'test/grants/token-exchange.test.ts',
    'test/grants/assertion-exchange.test.ts',
    'test/grants/profiles.test.ts',
    'test/access/policy-facts.test.ts',
    'test/registry/policy-rows.test.ts',
    TOKEN_ENDPOINT_TEST,
  ],
  'JWT bearer': [
    'test/grants/jwt-bearer.test.ts',
    'test/ras/acceptance-rules.test.ts',
    'test/ras/found.test.ts',
    'test/ras/explain.test.ts',
    'test/grants/profiles.test.ts',
    'test/journeys/custom-authorization-server.test.ts',
    TOKEN_ENDPOINT_TEST,
  ],
  'Token exchange for a refresh token': ['test/grants/assertion-exchange.test.ts', TOKEN_ENDPOINT_TEST],
  'Introspection and revocation': ['test/grants/token-state.test.ts', TOKEN_ENDPOINT_TEST],
  'Authorization, shown on a page': AUTHORIZE_TESTS,
  'Authorization, sent to the redirect URI': AUTHORIZE_TESTS,
  'Authorization, once the user is known': AUTHORIZE_TESTS,
  'SAML messages, shown on a page': [SAML_TEST, SAML_LOGOUT_TEST],
  'SAML sign-in, shown on a page': [SAML_TEST],
  'SAML sign-in, sent to the service provider': [SAML_TEST],
  'SAML sign-in, once the user is known': [SAML_TEST],
  'SAML sign-out, shown on a page': [SAML_LOGOUT_TEST],
  'SAML sign-out, sent to the service provider': [SAML_LOGOUT_TEST],
};

/** Whoever tests a grant begins by choosing it. */
function testsOf(title: TableTitle): readonly string[] {
  const more = title === 'Choice of the grant' ? GRANT_TABLES.map((grant) => TESTS[grant.title][0] as string) : [];
  return [...TESTS[title], ...more];
}

export const TABLES: readonly Table[] = RULE_TABLES.map((table) => ({ ...table, tests: testsOf(table.title) }));
