/** Every door of the org: its path, the methods it takes, and the shape of its errors. */

export const DOCUMENTS = [
  { path: '/.well-known/openid-configuration', kind: 'oidc', custom: false },
  { path: '/.well-known/oauth-authorization-server', kind: 'oauth', custom: false },
  { path: '/oauth2/default/.well-known/openid-configuration', kind: 'oidc', custom: true },
  { path: '/oauth2/default/.well-known/oauth-authorization-server', kind: 'oauth', custom: true },
  { path: '/.well-known/oauth-authorization-server/oauth2/default', kind: 'oauth', custom: true },
] as const;

/** Every endpoint, the methods it takes, and the shape of its errors. */
const SERVER_ENDPOINTS = [
  { name: 'token', allow: 'POST', shape: 'oauth' },
  { name: 'introspect', allow: 'POST', shape: 'oauth' },
  { name: 'revoke', allow: 'POST', shape: 'oauth' },
  { name: 'userinfo', allow: 'GET, POST', shape: 'oauth' },
  { name: 'keys', allow: 'GET', shape: 'oauth' },
  { name: 'authorize', allow: 'GET, POST', shape: 'page' },
  { name: 'logout', allow: 'GET, POST', shape: 'page' },
] as const;
export const ENDPOINTS = [
  ...['/oauth2', '/oauth2/default'].flatMap((base) =>
    SERVER_ENDPOINTS.map(({ name, ...rest }) => ({ ...rest, path: `${base}/v1/${name}` })),
  ),
  ...DOCUMENTS.map(({ path }) => ({ path, allow: 'GET', shape: 'management' as const })),
  { path: '/signin', allow: 'POST', shape: 'page' },
  { path: '/api/v1/authn', allow: 'POST', shape: 'management' },
  { path: '/api/v1/logs', allow: 'GET', shape: 'management' },
  { path: '/_mock/exchanges', allow: 'GET', shape: 'management' },
  { path: '/_mock/health', allow: 'GET', shape: 'management' },
] as const;
export const isCrossOrigin = ({ path, shape }: (typeof ENDPOINTS)[number]) =>
  shape === 'oauth' || path.includes('.well-known');
