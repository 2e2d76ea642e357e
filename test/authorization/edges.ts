/** The example org with what the authorization endpoint must tell apart: more clients, and custom servers with policies. */
import type { OrgFileInput } from '../../src/index.js';
import { exampleOrg } from '../support/org.js';

const REDIRECT_URI = 'http://127.0.0.1:8976/callback';
const groups = ['Engineering'];

/** Names of the clients are their ids. */
export const CLIENT = {
  public: '0oaPublic00000000001',
  strict: '0oaStrict00000000001',
  inactive: '0oaInactive000000001',
  noCode: '0oaNoCode00000000001',
  paths: '0oaPaths000000000001',
} as const;

/** Where the client `paths` may send its users after signing out. */
export const BYE = ['https://app.example/bye', 'https://app.example/bye?tenant=a'];

/** Registered for the client `paths`: the parts in which an unregistered one may differ, and a query of its own. */
export const PATHS = {
  plain: 'https://App.example/Call/back',
  withQuery: 'https://app.example/cb?tenant=a%20b&x=1',
  bareQuery: 'https://app.example/bare?',
} as const;

const policy = (
  name: string,
  clients: string[],
  grantTypes: 'authorization_code'[] | 'password'[],
  scopes = ['*'],
) => ({
  name,
  clients,
  rules: [{ name, grantTypes, scopes }],
});

export function orgWithEdges(): OrgFileInput {
  const org = exampleOrg();
  const oidc = { redirectUris: [REDIRECT_URI], clientSecret: 'a-secret-for-testing-only' };
  return {
    ...org,
    authorizationServers: [
      ...(org.authorizationServers ?? []),
      {
        id: 'ausInactive000000001',
        name: 'inactive',
        status: 'INACTIVE',
        policies: [policy('all', ['ALL_CLIENTS'], ['authorization_code'])],
      },
      { id: 'ausPassword000000001', name: 'password only', policies: [policy('all', ['ALL_CLIENTS'], ['password'])] },
      {
        id: 'ausOneClient00000001',
        name: 'one client',
        scopes: ['mcp:read', 'mcp:write'],
        policies: [policy('one', [CLIENT.public], ['authorization_code'])],
      },
      {
        id: 'ausOneScope000000001',
        name: 'one scope',
        scopes: ['mcp:read', 'mcp:write'],
        policies: [policy('one', ['ALL_CLIENTS'], ['authorization_code'], ['openid', 'mcp:read'])],
      },
      { id: 'ausNoPolicy000000001', name: 'no policy' },
    ],
    applications: [
      ...(org.applications ?? []),
      {
        id: CLIENT.public,
        label: 'Public',
        groups,
        oidc: { redirectUris: [REDIRECT_URI], tokenEndpointAuthMethod: 'none' },
      },
      { id: CLIENT.strict, label: 'Strict', groups, oidc: { ...oidc, pkceRequired: true } },
      { id: CLIENT.inactive, label: 'Inactive', status: 'INACTIVE', groups, oidc },
      { id: CLIENT.noCode, label: 'No code', groups, oidc: { ...oidc, grantTypes: ['password'] } },
      {
        id: CLIENT.paths,
        label: 'Paths',
        groups,
        oidc: { ...oidc, redirectUris: Object.values(PATHS), postLogoutRedirectUris: BYE },
      },
    ],
  };
}
