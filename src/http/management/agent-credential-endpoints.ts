/** `/workload-principals/api/v1/ai-agents/{id}/credentials`: public keys, client secrets and the JWKS URI of an AI agent. */
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import {
  addPublicKey,
  addSecret,
  deleteCredential,
  findCredential,
  findJwksUri,
  listCredentials,
  removeJwksUri,
  setCredentialStatus,
  setJwksUri,
} from '../../admin/agent-credentials.js';
import { isAdminRefusal } from '../../admin/change.js';
import type { Org } from '../../org.js';
import { Activity } from '../../registry/activity.js';
import type { Credential } from '../../registry/ai-agent.js';
import { NewJwk } from '../../registry/jwk.js';
import type { Endpoint } from '../endpoint.js';
import { AGENT_API } from './agent-body.js';
import { listOf, listQuery, wrappedReply } from './list.js';
import { endpointsBelow, type ManagementCall, managementOf } from './operation.js';

const KeyRequest = NewJwk.and(z.object({ status: Activity.optional(), use: z.literal('sig').optional() }));
const SecretRequest = z
  .object({ client_secret: z.string().min(8).max(1000).optional(), status: Activity.optional() })
  .optional();
const UriRequest = z.object({ jwks_uri: z.url({ protocol: /^https?$/ }).max(2000) });

const KeyBody = z.looseObject({ id: z.string(), kid: z.string(), kty: z.string(), status: Activity });
const SecretBody = z.looseObject({ id: z.string(), secret_hash: z.string(), status: Activity });
const UriBody = z.object({ jwks_uri: z.string(), status: Activity });

type KeyMembers = Readonly<Record<'kty' | 'kid', string>> &
  Readonly<Record<'alg' | 'e' | 'n' | 'crv' | 'x' | 'y', string>>;

/** Of a credential that may change: an active one is deactivated, an inactive one activated or deleted. */
function linksOf(org: Org, kind: 'jwks' | 'secrets', { agentId, id, status }: Credential) {
  const self = `${org.issuer}${AGENT_API}/ai-agents/${agentId}/credentials/${kind}/${id}`;
  const link = (path: string, ...allow: string[]) => ({ href: self + path, hints: { allow } });
  if (status === 'ACTIVE') return { deactivate: link('/lifecycle/deactivate', 'POST') };
  return { activate: link('/lifecycle/activate', 'POST'), delete: link('', 'DELETE') };
}

/** A public key as Okta's JSON has it. */
function keyBody(org: Org, credential: Credential) {
  const { jwk } = credential.is as Extract<Credential['is'], { type: 'PUBLIC_KEY' }>;
  const { kty, kid, alg, ...members } = jwk as unknown as KeyMembers;
  const { id, status, created, lastUpdated } = credential;
  const use = jwk.use ?? 'sig';
  return {
    ...{ id, kid, kty, ...(alg !== undefined && { alg }), ...members, use, status, created, lastUpdated },
    _links: linksOf(org, 'jwks', credential),
  };
}

const secretOf = (credential: Credential) =>
  (credential.is as Extract<Credential['is'], { type: 'CLIENT_SECRET' }>).secret;

/** A client secret without the secret: by its hash alone. */
function secretBody(org: Org, credential: Credential) {
  const { id, status, created, lastUpdated } = credential;
  const secret_hash = createHash('sha256').update(secretOf(credential)).digest('base64url').slice(0, 22);
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

type Manage = ReturnType<typeof managementOf>;

/** Adding a credential: what is sent and what is shown differ by kind. */
function additions(org: Org, manage: Manage) {
  return {
    PUBLIC_KEY: manage({
      ...{ summary: 'Add a public key to an AI agent', scope: MANAGE, body: KeyRequest, answers: { 201: KeyBody } },
      act(call) {
        const { status, kid = randomBytes(16).toString('hex'), ...numbers } = call.body;
        return addPublicKey(call, call.param('agentId'), { ...numbers, kid }, status);
      },
      answer: (credential) => ({ status: 201, body: keyBody(org, credential) }),
    }),
    CLIENT_SECRET: manage({
      ...{ summary: 'Add a client secret to an AI agent', scope: MANAGE, body: SecretRequest },
      answers: { 201: SecretBody.extend({ client_secret: z.string() }) },
      act: (call) => addSecret(call, call.param('agentId'), call.body?.client_secret, call.body?.status),
      answer: (credential) => ({
        status: 201,
        // The one time that the secret is shown.
        body: { ...secretBody(org, credential), client_secret: secretOf(credential) },
      }),
    }),
  };
}

/** The operations on the credentials of one kind. */
function ofKind(org: Org, manage: Manage, kind: Kind): Endpoint[] {
  const { path, method, one, many, body, Body } = kind;
  const endpoint = endpointsBelow(`${AGENT_API}/ai-agents/:agentId${path}`, TAG);
  const answer = (credential: Credential) => ({ body: body(org, credential) });
  const answers = { 200: Body };
  const target = ({ param }: Pick<ManagementCall<unknown, unknown>, 'param'>) => ({
    agentId: param('agentId'),
    id: param('credentialId'),
    method,
  });
  const toStatus = (verb: string, status: Credential['status']) =>
    manage({
      ...{ summary: `${verb} ${one} of an AI agent`, scope: MANAGE, answers, answer },
      act: (call) => setCredentialStatus(call, target(call), status),
    });
  return [
    endpoint('', {
      GET: manage({
        ...{ summary: `List the ${many} of an AI agent`, scope: READ, query: listQuery(50) },
        answers: { 200: z.looseObject({ data: z.array(Body) }) },
        act(call) {
          const found = listCredentials(call.view, call.param('agentId'), method);
          return isAdminRefusal(found) ? found : listOf(call, found, { body: (each) => body(org, each) });
        },
        answer: wrappedReply,
      }),
      POST: additions(org, manage)[method],
    }),
    endpoint('/:credentialId', {
      GET: manage({
        ...{ summary: `Get ${one} of an AI agent`, scope: READ, answers, answer },
        act: ({ view, param }) => findCredential(view, param('agentId'), param('credentialId'), method),
      }),
      DELETE: manage({
        ...{ summary: `Delete ${one} of an AI agent`, scope: MANAGE, answers: { 204: null } },
        act: (call) => deleteCredential(call, target(call)),
        answer: () => ({}),
      }),
    }),
    endpoint('/:credentialId/lifecycle/activate', { POST: toStatus('Activate', 'ACTIVE') }),
    endpoint('/:credentialId/lifecycle/deactivate', { POST: toStatus('Deactivate', 'INACTIVE') }),
  ];
}

/** *External JWKS URI*. Okta's console has it, its public API does not: the address is ours. */
function jwksUri(manage: Manage): Endpoint {
  const answer = (credential: Credential) => ({ body: uriBody(credential) });
  const answers = { 200: UriBody };
  return endpointsBelow(`${AGENT_API}/ai-agents/:agentId`, TAG)('/credentials/jwks-uri', {
    GET: manage({
      ...{ summary: 'Get the JWKS URI of an AI agent', scope: READ, answers, answer },
      act: ({ view, param }) => findJwksUri(view, param('agentId')),
    }),
    PUT: manage({
      ...{ summary: 'Set the JWKS URI of an AI agent', scope: MANAGE, body: UriRequest, answers, answer },
      act: (call) => setJwksUri(call, call.param('agentId'), call.body.jwks_uri),
    }),
    DELETE: manage({
      ...{ summary: 'Remove the JWKS URI of an AI agent', scope: MANAGE, answers: { 204: null } },
      act: (call) => removeJwksUri(call, call.param('agentId')),
      answer: () => ({}),
    }),
  });
}

export function agentCredentialEndpoints(org: Org): Endpoint[] {
  const manage = managementOf(org);
  return [...KINDS.flatMap((kind) => ofKind(org, manage, kind)), jwksUri(manage)];
}
