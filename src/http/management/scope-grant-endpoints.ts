/** `/api/v1/apps/{appId}/grants`: scopes of the org's own API that an app is granted, in Okta's shapes. */
import * as z from 'zod';
import { findOidcApp } from '../../admin/application-credentials.js';
import { isAdminRefusal } from '../../admin/change.js';
import { findScopeGrant, grantScope, revokeScope, type ScopeGrant, scopeGrantsOf } from '../../admin/scope-grants.js';
import type { Org } from '../../org.js';
import { OktaScope } from '../../registry/application.js';
import type { Endpoint } from '../endpoint.js';
import { appUrl } from './application-body.js';
import { endpointsBelow, manage } from './operation.js';

const GrantRequest = z.object({ scopeId: OktaScope.max(100), issuer: z.string().max(1024) });

const GrantBody = z.looseObject({
  id: z.string(),
  status: z.literal('ACTIVE'),
  scopeId: z.string(),
  issuer: z.string(),
});

/** A grant has no dates of its own: it is as old as its app. */
function grantBody(org: Org, { id, app, scope }: ScopeGrant) {
  const link = { href: appUrl(org, app.id), title: app.label };
  return {
    ...{ id, status: 'ACTIVE', created: app.created, lastUpdated: app.lastUpdated, issuer: org.issuer },
    ...{ clientId: app.oidc.clientId, scopeId: scope, source: 'ADMIN' },
    _links: { self: { href: appUrl(org, app.id, `/grants/${id}`) }, app: link, client: link },
  };
}

const READ = 'okta.appGrants.read';
const MANAGE = 'okta.appGrants.manage';

const endpoint = endpointsBelow('/api/v1/apps/:appId/grants', 'Applications');

export const SCOPE_GRANT_ENDPOINTS: readonly Endpoint[] = [
  endpoint('', {
    GET: manage({
      ...{ summary: 'List the Okta API scopes of an app', scope: READ, answers: { 200: z.array(GrantBody) } },
      act({ view, param }) {
        const app = findOidcApp(view, param('appId'));
        return isAdminRefusal(app) ? app : scopeGrantsOf(app);
      },
      answer: (grants, { org }) => ({ body: grants.map((grant) => grantBody(org, grant)) }),
    }),
    POST: manage({
      ...{ summary: 'Grant an Okta API scope to an app', scope: MANAGE, body: GrantRequest },
      answers: { 201: GrantBody },
      act: (call) => {
        const { scopeId: scope, issuer } = call.body;
        return grantScope(call, call.param('appId'), { scope, issuer });
      },
      answer: (grant, { org }) => ({ status: 201, body: grantBody(org, grant) }),
    }),
  }),
  endpoint('/:grantId', {
    GET: manage({
      ...{ summary: 'Get a granted Okta API scope', scope: READ, answers: { 200: GrantBody } },
      act: ({ view, param }) => findScopeGrant(view, param('appId'), param('grantId')),
      answer: (grant, { org }) => ({ body: grantBody(org, grant) }),
    }),
    DELETE: manage({
      ...{ summary: 'Revoke an Okta API scope of an app', scope: MANAGE, answers: { 204: null } },
      act: (call) => revokeScope(call, call.param('appId'), call.param('grantId')),
      answer: () => ({}),
    }),
  }),
];
