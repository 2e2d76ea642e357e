/** Credentials of OIDC apps: client secrets and public keys. Two of each kind overlap while one replaces the other. */
import { idFromName, newSecret } from '../protocol/ids.js';
import type { Activity } from '../registry/activity.js';
import { type Application, type ApplicationJwk, applications, type OidcSettings } from '../registry/application.js';
import { type ClientSecret, MOST_SECRETS, secretsOf, withSecrets } from '../registry/application-secrets.js';
import { MOST_KEYS } from '../registry/jwk.js';
import { replace, type View } from '../store/port.js';
import { partyOf, partyOfInstance } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import { findApplication } from './applications.js';
import { type AdminCall, type AdminRefusal, carryOut, isAdminRefusal, notFound, notValid } from './change.js';

/** An application that is an OIDC client. */
export interface OidcApp extends Application {
  readonly oidc: OidcSettings;
}

const isOidc = (app: Application): app is OidcApp => app.oidc !== undefined;

/** The OIDC app, or why there is none: a SAML app has no credentials of its own. */
export function findOidcApp(view: View, id: string): OidcApp | AdminRefusal {
  const app = findApplication(view, id);
  if (isAdminRefusal(app)) return app;
  return isOidc(app) ? app : notValid('application', 'application: only an OPENID_CONNECT app has credentials');
}

/** A credential among those of its app. */
export interface Held<C> {
  readonly app: OidcApp;
  readonly id: string;
  readonly credential: C;
}
export type HeldSecret = Held<ClientSecret>;
export type HeldKey = Held<ApplicationJwk>;

type Credential = ClientSecret | ApplicationJwk;

/** One kind of credential: where it is kept, and what is demanded of it. */
export interface Kind<C extends Credential> {
  /** Okta's name for it. */
  readonly name: string;
  readonly of: (app: OidcApp) => readonly C[];
  readonly put: (oidc: OidcSettings, all: readonly C[]) => OidcSettings;
  readonly idOf: (app: Application, credential: C) => string;
  /** Whether the app can prove who it is without an active one. */
  readonly dispensable: (oidc: OidcSettings) => boolean;
}

export const SECRETS: Kind<ClientSecret> = {
  name: 'OAuth2ClientSecret',
  of: ({ oidc }) => secretsOf(oidc),
  put: withSecrets,
  idOf: ({ id }, { secret }) => idFromName('secret', `${id} ${secret}`),
  dispensable: () => false,
};

export const KEYS: Kind<ApplicationJwk> = {
  name: 'JsonWebKey',
  of: ({ oidc }) => oidc.jwks,
  put: (oidc, jwks) => ({ ...oidc, jwks: [...jwks] }),
  idOf: ({ id }, { kid }) => idFromName('publicKey', `${id} ${kid}`),
  dispensable: (oidc) => oidc.tokenEndpointAuthMethod !== 'private_key_jwt' || oidc.jwksUri !== undefined,
};

/** The app's credentials of the kind. */
export function heldBy<C extends Credential>(kind: Kind<C>, app: OidcApp): readonly Held<C>[] {
  return kind.of(app).map((credential) => ({ app, id: kind.idOf(app, credential), credential }));
}

/** One of them, or that there is none. */
export function findHeld<C extends Credential>(
  kind: Kind<C>,
  view: View,
  appId: string,
  id: string,
): Held<C> | AdminRefusal {
  const app = findOidcApp(view, appId);
  if (isAdminRefusal(app)) return app;
  return heldBy(kind, app).find((one) => one.id === id) ?? notFound(id, kind.name);
}

/** Writes the app with other credentials of the kind, and the event about `about`. */
function changed<C extends Credential, V>(
  kind: Kind<C>,
  { app, id }: Held<C>,
  to: { readonly all: readonly C[]; readonly event: EventType; readonly value: (app: OidcApp) => V },
  now: string,
) {
  const after = { ...app, oidc: kind.put(app.oidc, to.all), lastUpdated: now };
  const event = { eventType: to.event, targets: [partyOf(kind.name, id), partyOfInstance(app)] };
  return { changes: [replace(applications, app, after)], events: [event], value: to.value(after) };
}

/** Adds a credential, unless `refused` says why not. */
function add<C extends Credential>(
  kind: Kind<C>,
  call: AdminCall,
  appId: string,
  credential: C,
  refused: (app: OidcApp) => AdminRefusal | undefined,
): Promise<Held<C> | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const app = findOidcApp(view, appId);
    if (isAdminRefusal(app)) return app;
    const refusal = refused(app);
    if (refusal) return refusal;
    const dated = { ...credential, created: now, lastUpdated: now };
    const held = { app, id: kind.idOf(app, credential), credential: dated };
    const event = 'app.oauth2.credentials.lifecycle.create';
    const value = (after: OidcApp) => ({ ...held, app: after });
    return changed(kind, held, { all: [...kind.of(app), dated], event, value }, now);
  });
}

/** @param secret absent: one is made */
export function addSecret(
  call: AdminCall,
  appId: string,
  secret: string = newSecret(64),
  status: Activity = 'ACTIVE',
): Promise<HeldSecret | AdminRefusal> {
  return add(SECRETS, call, appId, { secret, status }, (app) => {
    const all = secretsOf(app.oidc);
    if (all.length >= MOST_SECRETS) {
      return notValid(SECRETS.name, `an app has at most ${MOST_SECRETS} client secrets; delete an inactive one first`);
    }
    if (all.some((one) => one.secret === secret))
      return notValid(SECRETS.name, 'the app has this client secret already');
    const isFirst = !all.some((one) => one.status === 'ACTIVE');
    return isFirst && status === 'INACTIVE'
      ? notValid(SECRETS.name, "status: the app's only client secret must be ACTIVE")
      : undefined;
  });
}

export function addKey(call: AdminCall, appId: string, key: ApplicationJwk): Promise<HeldKey | AdminRefusal> {
  return add(KEYS, call, appId, key, ({ oidc: { jwks } }) => {
    if (jwks.length >= MOST_KEYS) {
      return notValid(KEYS.name, `an app has at most ${MOST_KEYS} keys; delete an inactive one first`);
    }
    return jwks.some(({ kid }) => kid === key.kid)
      ? notValid(KEYS.name, 'kid: the app has a key with this kid already; a kid names one key')
      : undefined;
  });
}

const EVENTS = {
  ACTIVE: 'app.oauth2.credentials.lifecycle.activate',
  INACTIVE: 'app.oauth2.credentials.lifecycle.deactivate',
} as const;

/** Sets the status. The only active credential that the app can prove itself with stays active. */
export function setCredentialStatus<C extends Credential>(
  kind: Kind<C>,
  call: AdminCall,
  appId: string,
  id: string,
  status: Activity,
): Promise<Held<C> | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const held = findHeld(kind, view, appId, id);
    if (isAdminRefusal(held)) return held;
    if (held.credential.status === status) return { changes: [], events: [], value: held };
    const others = heldBy(kind, held.app).filter((one) => one.id !== id);
    const isLast = status === 'INACTIVE' && others.every((one) => one.credential.status === 'INACTIVE');
    if (isLast && !kind.dispensable(held.app.oidc)) {
      return notValid(kind.name, 'it is the only active one, and the app needs one; activate or add another first');
    }
    const credential = { ...held.credential, status, lastUpdated: now };
    const all = heldBy(kind, held.app).map((one) => (one.id === id ? credential : one.credential));
    const value = (app: OidcApp) => ({ app, id, credential });
    return changed(kind, held, { all, event: EVENTS[status], value }, now);
  });
}

/** Deletes a credential that was deactivated before. */
export function deleteCredential<C extends Credential>(
  kind: Kind<C>,
  call: AdminCall,
  appId: string,
  id: string,
): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const held = findHeld(kind, view, appId, id);
    if (isAdminRefusal(held)) return held;
    if (held.credential.status === 'ACTIVE')
      return notValid(kind.name, 'it is active; deactivate it before you delete it');
    const others = heldBy(kind, held.app).filter((one) => one.id !== id);
    const all = others.map(({ credential }) => credential);
    const event = 'app.oauth2.credentials.lifecycle.delete';
    return changed(kind, held, { all, event, value: () => undefined }, now);
  });
}
