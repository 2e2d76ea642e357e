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
import { type AdminCall, isAdminRefusal } from '../../admin/change.js';
import type { Org } from '../../org.js';
import type { Activity } from '../../registry/activity.js';
import type { ApplicationJwk } from '../../registry/application.js';
import type { ClientSecret } from '../../registry/application-secrets.js';
import { SentKey } from '../../registry/sent-credentials.js';
import type { Endpoint } from '../endpoint.js';
import { appUrl, keyBody } from './application-body.js';
import { CREDENTIAL, SecretRequest, secretHash } from './credential-body.js';
import { credentialLinks } from './links.js';
import { endpointsBelow, manage } from './operation.js';
import { SCOPE_GRANT_ENDPOINTS } from './scope-grant-endpoints.js';

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
  readonly body: (org: Org, held: Held<C>) => object;
}

/** What both kinds of credential have alike: everything but the list and how one is added. */
function endpointsOfOne<C extends ClientSecret | ApplicationJwk>(shown: Shown<C>): Endpoint[] {
  const { kind, base, called, schema, body } = shown;
  const endpoint = endpointsBelow(`${base}/:credentialId`, 'Applications');
  const answer = (held: Held<C>, { org }: AdminCall) => ({ body: body(org, held) });
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

const SECRETS_SHOWN: Shown<ClientSecret> = {
  ...{ kind: SECRETS, base: '/api/v1/apps/:appId/credentials/secrets', called: 'client secret' },
  ...{ schema: SecretBody, body: secretBody },
};

const SECRET_ENDPOINTS: readonly Endpoint[] = [
  endpointsBelow(SECRETS_SHOWN.base, 'Applications')('', {
    GET: manage({
      ...{ summary: 'List the client secrets of an app', scope: READ, answers: { 200: z.array(SecretBody) } },
      act({ view, param }) {
        const app = findOidcApp(view, param('appId'));
        return isAdminRefusal(app) ? app : heldBy(SECRETS, app);
      },
      answer: (secrets, { org }) => ({ body: secrets.map((held) => secretBody(org, held)) }),
    }),
    POST: manage({
      ...{ summary: 'Add a client secret to an app', scope: MANAGE, body: SecretRequest },
      answers: { 201: SecretBody },
      act: (call) => addSecret(call, call.param('appId'), call.body.secret, call.body.status),
      answer: (held, { org }) => ({ status: 201, body: secretBody(org, held) }),
    }),
  }),
  ...endpointsOfOne(SECRETS_SHOWN),
];

const heldKeyBody = (org: Org, { app, credential }: HeldKey) => keyBody(org, app, credential);

const KEYS_SHOWN: Shown<ApplicationJwk> = {
  ...{ kind: KEYS, base: '/api/v1/apps/:appId/credentials/jwks', called: 'public key' },
  ...{ schema: KeyBody, body: heldKeyBody },
};

const KEY_ENDPOINTS: readonly Endpoint[] = [
  endpointsBelow(KEYS_SHOWN.base, 'Applications')('', {
    GET: manage({
      ...{ summary: 'List the public keys of an app', scope: READ },
      answers: { 200: z.looseObject({ keys: z.array(KeyBody) }) },
      act({ view, param }) {
        const app = findOidcApp(view, param('appId'));
        return isAdminRefusal(app) ? app : heldBy(KEYS, app);
      },
      answer: (keys, { org }) => ({ body: { keys: keys.map((held) => heldKeyBody(org, held)) } }),
    }),
    POST: manage({
      ...{ summary: 'Add a public key to an app', scope: MANAGE, body: SentKey, answers: { 201: KeyBody } },
      act: (call) => addKey(call, call.param('appId'), call.body),
      answer: (held, { org }) => ({ status: 201, body: heldKeyBody(org, held) }),
    }),
  }),
  ...endpointsOfOne(KEYS_SHOWN),
];

export const APPLICATION_CREDENTIAL_ENDPOINTS: readonly Endpoint[] = [
  ...SECRET_ENDPOINTS,
  ...KEY_ENDPOINTS,
  ...SCOPE_GRANT_ENDPOINTS,
];
