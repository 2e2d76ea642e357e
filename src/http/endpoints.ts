/** Every endpoint that an org has, in the order of its description. */
import { ARMED_ENDPOINTS } from './armed-endpoints.js';
import { BROWSER_ENDPOINTS } from './browser-endpoints.js';
import { CLOCK_ENDPOINT } from './clock-endpoints.js';
import { EDGE_CASE_ENDPOINTS } from './edge-case-endpoints.js';
import type { Endpoint } from './endpoint.js';
import { EXCHANGE_ENDPOINTS } from './exchange-endpoints.js';
import { EXPLAIN_ENDPOINT } from './explain-endpoint.js';
import { faultEndpoints } from './fault-endpoints.js';
import { KEY_ENDPOINTS } from './key-endpoints.js';
import { AGENT_CREDENTIAL_ENDPOINTS } from './management/agent-credential-endpoints.js';
import { AGENT_ENDPOINTS } from './management/agent-endpoints.js';
import { APPLICATION_CREDENTIAL_ENDPOINTS } from './management/application-credential-endpoints.js';
import { APPLICATION_ENDPOINTS } from './management/application-endpoints.js';
import { ASSIGNMENT_ENDPOINTS } from './management/assignment-endpoints.js';
import { AUTHORIZATION_SERVER_ENDPOINTS } from './management/authorization-server-endpoints.js';
import { CONNECTION_ENDPOINTS } from './management/connection-endpoints.js';
import { CROSS_APP_ACCESS_ENDPOINTS } from './management/cross-app-access-endpoints.js';
import { DELEGATION_ENDPOINTS } from './management/delegation-endpoints.js';
import { GROUP_ENDPOINTS } from './management/group-endpoints.js';
import { OWNER_ENDPOINTS } from './management/owner-endpoints.js';
import { POLICY_ENDPOINTS } from './management/policy-endpoints.js';
import { SAML_KEY_ENDPOINTS } from './management/saml-key-endpoints.js';
import { USER_ENDPOINTS } from './management/user-endpoints.js';
import { MANAGEMENT_ENDPOINTS } from './management-endpoints.js';
import { openApiEndpoint } from './openapi-endpoint.js';
import { ORG_ENDPOINTS } from './org-endpoints.js';
import { READINESS_ENDPOINT } from './readiness-endpoint.js';
import { REGISTRY_ENDPOINTS } from './registry-endpoints.js';
import { SAML_EDGE_CASE_ENDPOINTS } from './saml-edge-case-endpoints.js';
import { SAML_ENDPOINTS } from './saml-endpoints.js';
import { STATE_ENDPOINTS } from './state-endpoints.js';
import { TOKEN_ENDPOINTS } from './token-endpoints.js';
import { UNFRIENDLY_ENDPOINT } from './unfriendly-endpoint.js';

export const ENDPOINTS: readonly Endpoint[] = [
  ...TOKEN_ENDPOINTS,
  ...BROWSER_ENDPOINTS,
  ...SAML_ENDPOINTS,
  ...MANAGEMENT_ENDPOINTS,
  ...USER_ENDPOINTS,
  ...GROUP_ENDPOINTS,
  ...APPLICATION_ENDPOINTS,
  ...APPLICATION_CREDENTIAL_ENDPOINTS,
  ...SAML_KEY_ENDPOINTS,
  ...ASSIGNMENT_ENDPOINTS,
  ...AGENT_ENDPOINTS,
  ...AGENT_CREDENTIAL_ENDPOINTS,
  ...DELEGATION_ENDPOINTS,
  ...OWNER_ENDPOINTS,
  ...CONNECTION_ENDPOINTS,
  ...CROSS_APP_ACCESS_ENDPOINTS,
  ...AUTHORIZATION_SERVER_ENDPOINTS,
  ...POLICY_ENDPOINTS,
  ...REGISTRY_ENDPOINTS,
  ...EXCHANGE_ENDPOINTS,
  ...EDGE_CASE_ENDPOINTS,
  ...SAML_EDGE_CASE_ENDPOINTS,
  ...ARMED_ENDPOINTS,
  ...faultEndpoints(faultRoutes),
  CLOCK_ENDPOINT,
  ...KEY_ENDPOINTS,
  UNFRIENDLY_ENDPOINT,
  ...STATE_ENDPOINTS,
  ...ORG_ENDPOINTS,
  READINESS_ENDPOINT,
  EXPLAIN_ENDPOINT,
  openApiEndpoint(() => ENDPOINTS),
];

/** Addresses of the endpoints that a fault may be of: never of the control API itself. */
export function faultRoutes(): readonly string[] {
  return ENDPOINTS.map(({ url }) => url).filter((url) => !url.startsWith('/_mock/'));
}
