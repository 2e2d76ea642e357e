/** `/workload-principals/api/v1/ai-agents/{id}/credentials`: public keys, client secrets and the JWKS URI of an AI agent. */
import * as z from 'zod';
import {
  addAgentKey,
  addAgentSecret,
  deleteAgentCredential,
  findCredential,
  findJwksUri,
  listCredentials,
  removeJwksUri,
  setAgentCredentialStatus,
  setJwksUri,
} from '../../admin/agent-credentials.js';
import { type AdminCall, isAdminRefusal } from '../../admin/change.js';
import type { Org } from '../../org.js';
import { Activity } from '../../registry/activity.js';
import type { Credential } from '../../registry/ai-agent.js';
import { SentKey } from '../../registry/sent-credentials.js';
import type { Endpoint } from '../endpoint.js';
import { AGENT_API } from './agent-body.js';
import { CREDENTIAL, SecretRequest, secretHash } from './credential-body.js';
import { credentialLinks } from './links.js';
import { listOf, listQuery, wrappedReply } from './list.js';
import { endpointsBelow, type ManagementCall, manage } from './operation.js';

const UriRequest = z.object({ jwks_uri: z.url({ protocol: /^https?$/ }).max(2000) });

const KeyBody = z.looseObject({ ...CREDENTIAL, kid: z.string(), kty: z.string() });
const SecretBody = z.looseObject({ ...CREDENTIAL, secret_hash: z.string() });
const UriBody = z.object({ jwks_uri: z.string(), status: Activity });

const linksOf = (org: Org, kind: 'jwks' | 'secrets', { agentId, id, status }: Credential) =>
  credentialLinks(status, `${org.issuer}${AGENT_API}/ai-agents/${agentId}/credentials/${kind}/${id}`);

/** A public key as Okta's JSON has it. */
function keyBody(org: Org, credential: Credential) {
  const { jwk } = credential.is as Extract<Credential['is'], { type: 'PUBLIC_KEY' }>;
  const { kid, kty, use = 'sig', ...members } = jwk;
  const { id, status, created, lastUpdated } = credential;
  return {
    ...{ id, kid, kty, ...members, use, status, created, lastUpdated },
    _links: linksOf(org, 'jwks', credential),
  };
}

const secretOf = (credential: Credential) =>
  (credential.is as Extract<Credential['is'], { type: 'CLIENT_SECRET' }>).secret;

/** A client secret without the secret: by its hash alone. */
function secretBody(org: Org, credential: Credential) {
  const { id, status, created, lastUpdated } = credential;
  const secret_hash = secretHash(secretOf(credential));
  return { ...{ id, secret_hash, status, created, lastUpdated }, _links: linksOf(org, 'secrets', credential) };
}

function uriBody({ is, status }: Credential) {
  return { jwks_uri: (is as Extract<Credential['is'], { type: 'JWKS_URI' }>).uri, status };
}

const READ = 'okta.aiAgents.read';
const MANAGE = 'okta.aiAgents.manage';
const TAG = 'AI agent credentials';

interface Kind {
  readonly path: string;
  readonly method: 'PUBLIC_KEY' | 'CLIENT_SECRET';
  readonly one: string;
  readonly many: string;
  readonly body: (org: Org, credential: Credential) => object;
  readonly Body: z.ZodType;
}

/** Okta's two lists of credentials, told apart by their addresses. */
const KINDS: readonly Kind[] = [
  {
    ...{ path: '/credentials/jwks', method: 'PUBLIC_KEY', one: 'a public key', many: 'public keys' },
    ...{ body: keyBody, Body: KeyBody },
  },
  {
    ...{ path: '/credentials/secrets', method: 'CLIENT_SECRET', one: 'a client secret', many: 'client secrets' },
    ...{ body: secretBody, Body: SecretBody },
  },
];

/** Adding a credential: what is sent and what is shown differ by kind. */
const ADDITIONS = {
  PUBLIC_KEY: manage({
    ...{ summary: 'Add a public key to an AI agent', scope: MANAGE, body: SentKey, answers: { 201: KeyBody } },
    act(call) {
      const { status, ...jwk } = call.body;
      return addAgentKey(call, call.param('agentId'), jwk, status);
    },
    answer: (credential, { org }) => ({ status: 201, body: keyBody(org, credential) }),
  }),
  CLIENT_SECRET: manage({
    ...{ summary: 'Add a client secret to an AI agent', scope: MANAGE, body: SecretRequest },
    answers: { 201: SecretBody.extend({ client_secret: z.string() }) },
    act: (call) => addAgentSecret(call, call.param('agentId'), call.body.secret, call.body.status),
    answer: (credential, { org }) => ({
      status: 201,
      // The one time that the secret is shown.
      body: { ...secretBody(org, credential), client_secret: secretOf(credential) },
    }),
  }),
};

/** The operations on the credentials of one kind. */
function ofKind(kind: Kind): Endpoint[] {
  const { path, method, one, many, body, Body } = kind;
  const endpoint = endpointsBelow(`${AGENT_API}/ai-agents/:agentId${path}`, TAG);
  const answer = (credential: Credential, { org }: AdminCall) => ({ body: body(org, credential) });
  const answers = { 200: Body };
  const target = ({ param }: Pick<ManagementCall<unknown, unknown>, 'param'>) => ({
    agentId: param('agentId'),
    id: param('credentialId'),
    method,
  });
  const toStatus = (verb: string, status: Credential['status']) =>
    manage({
      ...{ summary: `${verb} ${one} of an AI agent`, scope: MANAGE, answers, answer },
      act: (call) => setAgentCredentialStatus(call, target(call), status),
    });
  return [
    endpoint('', {
      GET: manage({
        ...{ summary: `List the ${many} of an AI agent`, scope: READ, query: listQuery(50) },
        answers: { 200: z.looseObject({ data: z.array(Body) }) },
        act(call) {
          const found = listCredentials(call.view, call.param('agentId'), method);
          return isAdminRefusal(found) ? found : listOf(call, found, { body: (each) => body(call.org, each) });
        },
        answer: wrappedReply,
      }),
      POST: ADDITIONS[method],
    }),
    endpoint('/:credentialId', {
      GET: manage({
        ...{ summary: `Get ${one} of an AI agent`, scope: READ, answers, answer },
        act: ({ view, param }) => findCredential(view, param('agentId'), param('credentialId'), method),
      }),
      DELETE: manage({
        ...{ summary: `Delete ${one} of an AI agent`, scope: MANAGE, answers: { 204: null } },
        act: (call) => deleteAgentCredential(call, target(call)),
        answer: () => ({}),
      }),
    }),
    endpoint('/:credentialId/lifecycle/activate', { POST: toStatus('Activate', 'ACTIVE') }),
    endpoint('/:credentialId/lifecycle/deactivate', { POST: toStatus('Deactivate', 'INACTIVE') }),
  ];
}

const SHOWN_URI = {
  answers: { 200: UriBody },
  answer: (credential: Credential) => ({ body: uriBody(credential) }),
};

/** *External JWKS URI*. Okta's console has it, its public API does not: the address is ours. */
const JWKS_URI = endpointsBelow(`${AGENT_API}/ai-agents/:agentId`, TAG)('/credentials/jwks-uri', {
  GET: manage({
    ...{ summary: 'Get the JWKS URI of an AI agent', scope: READ, ...SHOWN_URI },
    act: ({ view, param }) => findJwksUri(view, param('agentId')),
  }),
  PUT: manage({
    ...{ summary: 'Set the JWKS URI of an AI agent', scope: MANAGE, body: UriRequest, ...SHOWN_URI },
    act: (call) => setJwksUri(call, call.param('agentId'), call.body.jwks_uri),
  }),
  DELETE: manage({
    ...{ summary: 'Remove the JWKS URI of an AI agent', scope: MANAGE, answers: { 204: null } },
    act: (call) => removeJwksUri(call, call.param('agentId')),
    answer: () => ({}),
  }),
});

export const AGENT_CREDENTIAL_ENDPOINTS: readonly Endpoint[] = [...KINDS.flatMap(ofKind), JWKS_URI];
