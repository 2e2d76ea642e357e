/** *Okta API Scopes* of OIDC apps: which scopes of the org's own API an app may be given. */
import { idFromName } from '../protocol/ids.js';
import { applications } from '../registry/application.js';
import { replace, type View } from '../store/port.js';
import { partyOf, partyOfInstance } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import { findOidcApp, type OidcApp } from './application-credentials.js';
import { type AdminCall, type AdminRefusal, carryOut, isAdminRefusal, notFound, notValid } from './change.js';

/** One scope granted to one app. */
export interface ScopeGrant {
  /** Always the same for the same app and scope. */
  readonly id: string;
  readonly app: OidcApp;
  readonly scope: string;
}

const grantOf = (app: OidcApp, scope: string): ScopeGrant => ({
  ...{ id: idFromName('grant', `${app.id} ${scope}`), app, scope },
});

export function scopeGrantsOf(app: OidcApp): readonly ScopeGrant[] {
  return app.oidc.oktaScopes.map((scope) => grantOf(app, scope));
}

/** The grant, or that there is none. */
export function findScopeGrant(view: View, appId: string, id: string): ScopeGrant | AdminRefusal {
  const app = findOidcApp(view, appId);
  if (isAdminRefusal(app)) return app;
  return scopeGrantsOf(app).find((grant) => grant.id === id) ?? notFound(id, 'OAuth2ScopeConsentGrant');
}

function withScopes<T>(
  { app, id, scope }: ScopeGrant,
  oktaScopes: string[],
  eventType: EventType,
  value: T,
  now: string,
) {
  const after = { ...app, oidc: { ...app.oidc, oktaScopes }, lastUpdated: now };
  const event = { eventType, targets: [partyOf('OAuth2Scope', id, scope), partyOfInstance(app)] };
  return { changes: [replace(applications, app, after)], events: [event], value };
}

/**
 * Grants a scope; granted again, it is left as it is.
 * @param issuer must be the org's own: the API takes no tokens of another server
 */
export function grantScope(
  call: AdminCall,
  appId: string,
  { scope, issuer }: { readonly scope: string; readonly issuer: string },
): Promise<ScopeGrant | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const app = findOidcApp(view, appId);
    if (isAdminRefusal(app)) return app;
    if (issuer !== call.org.issuer) return notValid('issuer', `issuer: must be that of the org, ${call.org.issuer}`);
    const { oktaScopes } = app.oidc;
    const grant = grantOf(app, scope);
    if (oktaScopes.includes(scope)) return { changes: [], events: [], value: grant };
    return withScopes(grant, [...oktaScopes, scope], 'app.oauth2.admin.consent.grant.success', grant, now);
  });
}

export function revokeScope(call: AdminCall, appId: string, id: string): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const grant = findScopeGrant(view, appId, id);
    if (isAdminRefusal(grant)) return grant;
    const left = grant.app.oidc.oktaScopes.filter((scope) => scope !== grant.scope);
    return withScopes(grant, left, 'app.oauth2.admin.consent.revoke.success', undefined, now);
  });
}
