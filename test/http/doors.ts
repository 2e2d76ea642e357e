/**
 * Every door of the org: its path, the methods it takes, and the shape of its errors. By hand where clients know them by
 * heart; those of the management API are asked of the server.
 */
import { ENDPOINTS as SERVED } from '../../src/http/endpoints.js';

export const DOCUMENTS = [
  { path: '/.well-known/openid-configuration', kind: 'oidc', custom: false },
  { path: '/.well-known/oauth-authorization-server', kind: 'oauth', custom: false },
  { path: '/oauth2/default/.well-known/openid-configuration', kind: 'oidc', custom: true },
  { path: '/oauth2/default/.well-known/oauth-authorization-server', kind: 'oauth', custom: true },
  { path: '/.well-known/oauth-authorization-server/oauth2/default', kind: 'oauth', custom: true },
] as const;

const SERVER_ENDPOINTS = [
  { name: 'token', allow: 'POST', shape: 'oauth' },
  { name: 'introspect', allow: 'POST', shape: 'oauth' },
  { name: 'revoke', allow: 'POST', shape: 'oauth' },
  { name: 'userinfo', allow: 'GET, POST', shape: 'oauth' },
  { name: 'keys', allow: 'GET', shape: 'oauth' },
  { name: 'keys/moved', allow: 'GET', shape: 'oauth' },
  { name: 'authorize', allow: 'GET, POST', shape: 'page' },
  { name: 'logout', allow: 'GET, POST', shape: 'page' },
] as const;
export interface Door {
  readonly path: string;
  readonly allow: string;
  readonly shape: 'oauth' | 'management' | 'page';
}

/** The endpoints of the protocols, and those that are open to anybody or to this machine. */
export const ENDPOINTS: readonly Door[] = [
  ...['/oauth2', '/oauth2/default'].flatMap((base) =>
    SERVER_ENDPOINTS.map(({ name, ...rest }) => ({ ...rest, path: `${base}/v1/${name}` })),
  ),
  ...DOCUMENTS.map(({ path }) => ({ path, allow: 'GET', shape: 'management' as const })),
  { path: '/signin', allow: 'GET, POST', shape: 'page' },
  { path: '/app/x/x/sso/saml', allow: 'GET, POST', shape: 'page' },
  { path: '/app/x/x/slo/saml', allow: 'GET, POST', shape: 'page' },
  { path: '/api/v1/authn', allow: 'POST', shape: 'management' },
  { path: '/api/v1/logs', allow: 'GET', shape: 'management' },
  { path: '/_mock/exchanges', allow: 'GET, DELETE', shape: 'management' },
  { path: '/_mock/health', allow: 'GET', shape: 'management' },
  { path: '/_mock/openapi.json', allow: 'GET', shape: 'management' },
  { path: '/_mock/org', allow: 'GET', shape: 'management' },
];

export const isCrossOrigin = ({ path, shape }: Door) => shape === 'oauth' || path.includes('.well-known');

/** What answers without a credential from anywhere, beside the endpoints of the protocols: this and nothing else. */
export const OPEN: readonly string[] = ['POST /api/v1/authn', 'GET /app/x/sso/saml/metadata', 'GET /_mock/health'];

/** Addresses that the server itself says it has, at the server `default` and otherwise of nothing. */
const addressOf = (url: string) => url.replace(':server', 'default').replaceAll(/:\w+/g, 'x');

/** What the server says it serves, in the shape of the list by hand, with who may ask. */
export const SERVED_DOORS = SERVED.map(({ url, shape, operations }) => ({
  ...{ path: addressOf(url), allow: Object.keys(operations).join(', '), shape, operations },
}));

const BY_HAND = ENDPOINTS.map(({ path }) => path);

/** The list by hand, and what else the server has. */
export const ALL_DOORS: readonly Door[] = [...ENDPOINTS, ...SERVED_DOORS.filter(({ path }) => !BY_HAND.includes(path))];
