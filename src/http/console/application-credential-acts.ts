/** What the buttons of an OIDC application's credentials do, on its tab *General*. */
import {
  addKey,
  addSecret,
  deleteCredential,
  findHeld,
  KEYS,
  type Kind,
  SECRETS,
  setCredentialStatus,
} from '../../admin/application-credentials.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { clientSecretPage } from '../../console/application-credentials.js';
import { applicationPath } from '../../console/application-frame.js';
import type { Done } from '../../console/notices.js';
import type { Activity } from '../../registry/activity.js';
import type { ApplicationJwk } from '../../registry/application.js';
import type { ClientSecret } from '../../registry/application-secrets.js';
import { idOf } from './application-call.js';
import type { ConsoleCall, Went } from './page.js';
import { publicKeyAsked } from './public-key.js';

type Act = (call: ConsoleCall) => Promise<Went | AdminRefusal>;

const went = (call: ConsoleCall, outcome: unknown, done: Done): Went | AdminRefusal =>
  isAdminRefusal(outcome) ? outcome : { to: applicationPath(idOf(call)), done };

const DONE = { ACTIVE: 'credential-activated', INACTIVE: 'credential-deactivated' } as const;

const toStatus =
  <C extends ClientSecret | ApplicationJwk>(kind: Kind<C>, status: Activity): Act =>
  async (call) =>
    went(call, await setCredentialStatus(kind, call, idOf(call), call.value('credential'), status), DONE[status]);

const deleted =
  <C extends ClientSecret | ApplicationJwk>(kind: Kind<C>): Act =>
  async (call) =>
    went(call, await deleteCredential(kind, call, idOf(call), call.value('credential')), 'credential-deleted');

export const CREDENTIAL_ACTS: Readonly<Record<string, Act>> = {
  async 'add-secret'(call) {
    const held = await addSecret(call, idOf(call));
    return isAdminRefusal(held)
      ? held
      : { page: clientSecretPage({ at: call.at, app: held.app }, held.credential.secret, true) };
  },
  async 'show-secret'(call) {
    const held = findHeld(SECRETS, call.view, idOf(call), call.value('credential'));
    return isAdminRefusal(held)
      ? held
      : { page: clientSecretPage({ at: call.at, app: held.app }, held.credential.secret, false) };
  },
  async 'add-key'(call) {
    const key = publicKeyAsked(call.value('key'));
    return isAdminRefusal(key) ? key : went(call, await addKey(call, idOf(call), key), 'key-added');
  },
  'activate-secret': toStatus(SECRETS, 'ACTIVE'),
  'deactivate-secret': toStatus(SECRETS, 'INACTIVE'),
  'delete-secret': deleted(SECRETS),
  'activate-key': toStatus(KEYS, 'ACTIVE'),
  'deactivate-key': toStatus(KEYS, 'INACTIVE'),
  'delete-key': deleted(KEYS),
};
