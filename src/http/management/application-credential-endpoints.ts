/** `/api/v1/apps/{appId}/credentials`: client secrets and public keys of OIDC apps, in Okta's shapes. */
import * as z from 'zod';
import {
  addKey,
  addSecret,
  deleteCredential,
  findHeld,
  findOidcApp,
  type Held,
  type HeldKey,
  type HeldSecret,
  heldBy,
  KEYS,
  type Kind,
  SECRETS,
  setCredentialStatus,
} from '../../admin/application-credentials.js';
import { isAdminRefusal } from '../../admin/change.js';
import type { Org } from '../../org.js';
import type { Activity } from '../../registry/activity.js';
import type { ApplicationJwk } from '../../registry/application.js';
import type { ClientSecret } from '../../registry/application-secrets.js';
import { SentKey } from '../../registry/sent-credentials.js';
import type { Endpoint } from '../endpoint.js';
import { appUrl, keyBody } from './application-body.js';
import { CREDENTIAL, SecretRequest, secretHash } from './credential-body.js';
import { credentialLinks } from './links.js';
import { endpointsBelow, managementOf } from './operation.js';
import { scopeGrantEndpoints } from './scope-grant-endpoints.js';

const SecretBody = z.looseObject({ ...CREDENTIAL, client_secret: z.string(), secret_hash: z.string() });
const KeyBody = z.looseObject({ ...CREDENTIAL, kid: z.string(), kty: z.enum(['RSA', 'EC']) });

function secretBody(org: Org, { app, id, credential }: HeldSecret) {
  const { secret, status, created = app.created, lastUpdated = created } = credential;
  return {
    ...{ id, status, client_secret: secret, secret_hash: secretHash(secret), created, lastUpdated },
    _links: credentialLinks(status, appUrl(org, app.id, `/credentials/secrets/${id}`)),
  };
}

const READ = 'okta.apps.read';
const MANAGE = 'okta.apps.manage';

/** Where a kind of credential is reached, what it is called, and how it looks. */
interface Shown<C extends ClientSecret | ApplicationJwk> {
  readonly kind: Kind<C>;
  readonly base: string;
  readonly called: string;
  readonly schema: z.ZodType;
  readonly body: (held: Held<C>) => object;
}

/** What both kinds of credential have alike: everything but the list and how one is added. */
function endpointsOfOne<C extends ClientSecret | ApplicationJwk>(org: Org, shown: Shown<C>): Endpoint[] {
  const { kind, base, called, schema, body } = shown;
  const manage = managementOf(org);
  const endpoint = endpointsBelow(`${base}/:credentialId`, 'Applications');
  const answer = (held: Held<C>) => ({ body: body(held) });
  const answers = { 200: schema };
  const lifecycle = (summary: string, status: Activity) => ({
    POST: manage({
      ...{ summary, scope: MANAGE, answers, answer },
      act: (call) => setCredentialStatus(kind, call, call.param('appId'), call.param('credentialId'), status),
    }),
  });
  return [
    endpoint('', {
      GET: manage({
        ...{ summary: `Get a ${called} of an app`, scope: READ, answers, answer },
        act: ({ view, param }) => findHeld(kind, view, param('appId'), param('credentialId')),
      }),
      DELETE: manage({
        ...{ summary: `Delete an inactive ${called} of an app`, scope: MANAGE, answers: { 204: null } },
        act: (call) => deleteCredential(kind, call, call.param('appId'), call.param('credentialId')),
        answer: () => ({}),
      }),
    }),
    endpoint('/lifecycle/activate', lifecycle(`Activate a ${called} of an app`, 'ACTIVE')),
    endpoint('/lifecycle/deactivate', lifecycle(`Deactivate a ${called} of an app`, 'INACTIVE')),
  ];
}

function secretEndpoints(org: Org): Endpoint[] {
  const manage = managementOf(org);
  const base = '/api/v1/apps/:appId/credentials/secrets';
  const body = (held: HeldSecret) => secretBody(org, held);
  return [
    endpointsBelow(base, 'Applications')('', {
      GET: manage({
        ...{ summary: 'List the client secrets of an app', scope: READ, answers: { 200: z.array(SecretBody) } },
        act({ view, param }) {
          const app = findOidcApp(view, param('appId'));
          return isAdminRefusal(app) ? app : heldBy(SECRETS, app);
        },
        answer: (secrets) => ({ body: secrets.map(body) }),
      }),
      POST: manage({
        ...{ summary: 'Add a client secret to an app', scope: MANAGE, body: SecretRequest },
        answers: { 201: SecretBody },
        act: (call) => addSecret(call, call.param('appId'), call.body.secret, call.body.status),
        answer: (held) => ({ status: 201, body: body(held) }),
      }),
    }),
    ...endpointsOfOne(org, { kind: SECRETS, base, called: 'client secret', schema: SecretBody, body }),
  ];
}

function keyEndpoints(org: Org): Endpoint[] {
  const manage = managementOf(org);
  const base = '/api/v1/apps/:appId/credentials/jwks';
  const body = ({ app, credential }: HeldKey) => keyBody(org, app, credential);
  return [
    endpointsBelow(base, 'Applications')('', {
      GET: manage({
        ...{ summary: 'List the public keys of an app', scope: READ },
        answers: { 200: z.looseObject({ keys: z.array(KeyBody) }) },
        act({ view, param }) {
          const app = findOidcApp(view, param('appId'));
          return isAdminRefusal(app) ? app : heldBy(KEYS, app);
        },
        answer: (keys) => ({ body: { keys: keys.map(body) } }),
      }),
      POST: manage({
        ...{ summary: 'Add a public key to an app', scope: MANAGE, body: SentKey, answers: { 201: KeyBody } },
        act: (call) => addKey(call, call.param('appId'), call.body),
        answer: (held) => ({ status: 201, body: body(held) }),
      }),
    }),
    ...endpointsOfOne(org, { kind: KEYS, base, called: 'public key', schema: KeyBody, body }),
  ];
}

export function applicationCredentialEndpoints(org: Org): Endpoint[] {
  return [...secretEndpoints(org), ...keyEndpoints(org), ...scopeGrantEndpoints(org)];
}
