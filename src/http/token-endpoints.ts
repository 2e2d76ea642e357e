/** The doors of the OAuth endpoints that clients call: token, introspect, revoke, userinfo, keys and discovery. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { metadata } from '../authorization/metadata.js';
import { keepUnfriendly } from '../control/unfriendly.js';
import { type Call, isRefusal, provesInBody, serverId } from '../grants/call.js';
import { answerTokenRequest } from '../grants/token-endpoint.js';
import { introspect, revoke, userInfo } from '../grants/token-state.js';
import { keySetsMoved } from '../on-purpose/faults.js';
import { METADATA_FAULTS } from '../on-purpose/published-faults.js';
import { REASONS } from '../protocol/reasons.js';
import type { Dice } from '../protocol/seeded.js';
import { findClient } from '../registry/client.js';
import type { FetchedDocument } from '../syslog/fetch-log.js';
import { unfriendlyKeySet, unfriendlyMetadata } from '../tokens/unfriendly.js';
import { ASKS, PROVES, refuseAsked, TOKEN_HEADER } from './asked-edge-cases.js';
import { managementBody, managementError, NEVER_KEPT, OAuthErrorBody, oauthError, refusalAnswer } from './bodies.js';
import { callOf, EDGE_CASE_HEADER, originOf, serverOf } from './calls.js';
import { type Endpoint, type Handler, type Operation, send } from './endpoint.js';
import { ManagementErrorBody } from './management/operation.js';

const text = z.string().optional();

const TokenRequest = z.looseObject({
  grant_type: z.string(),
  ...{ client_id: text, client_secret: text, client_assertion_type: text, client_assertion: text },
  ...{ code: text, redirect_uri: text, code_verifier: text, refresh_token: text, username: text, password: text },
  ...{ requested_token_type: text, subject_token: text, subject_token_type: text, actor_token: text },
  ...{ actor_token_type: text, audience: text, resource: text, scope: text, assertion: text },
});
const TokenAnswer = z.object({
  token_type: z.enum(['Bearer', 'N_A']),
  expires_in: z.number(),
  access_token: z.string(),
  ...{ scope: text, refresh_token: text, id_token: text, issued_token_type: text },
});
const TokenToLookAt = z.looseObject({ token: z.string(), token_type_hint: text });

/** Finds the addressed server, or answers 404 as Okta does. */
function atServer(endpoint: string, handle: (call: Call, reply: FastifyReply) => Promise<unknown>): Handler {
  return async (request, reply) => {
    const server = serverOf(request);
    if (server === undefined) return send(reply, managementError('E0000007'));
    return handle(callOf(request, server, endpoint), reply);
  };
}

function noStore(reply: FastifyReply): FastifyReply {
  return reply.headers({ ...NEVER_KEPT, pragma: 'no-cache', expires: '0' });
}

/** Sends what came out of a request by a client: the body, or the refusal. */
function answer(call: Call, reply: FastifyReply, outcome: object | undefined): FastifyReply {
  const { org, authorization } = call;
  noStore(reply);
  if (outcome === undefined || !isRefusal(outcome)) return reply.send(outcome);
  return send(reply, refusalAnswer(org, outcome, { authorization, inBody: provesInBody(call) }));
}

const byClient =
  (act: (call: Call) => Promise<object | undefined>) =>
  async (call: Call, reply: FastifyReply): Promise<FastifyReply> =>
    answer(call, reply, await act(call));

/** An unfriendly org rotates its keys now and then: before the request is looked at, for that takes a while. */
async function admitToken(request: FastifyRequest) {
  await keepUnfriendly({ org: request.org, origin: originOf(request) });
  return refuseAsked(request);
}

async function answerToken(call: Call, reply: FastifyReply): Promise<FastifyReply> {
  const { outcome, fault } = await answerTokenRequest(call);
  // What was armed for it comes after whatever its route has met.
  reply.request.fault = fault ?? reply.request.fault;
  return answer(call, reply, outcome);
}

/** An access token in the Authorization header, or in the body of a POST. RFC 6750 "Authenticated Requests". */
function bearerOf({ authorization, form }: Call): string | undefined {
  return /^Bearer ([\w~+/.=-]+)$/i.exec(authorization ?? '')?.[1] ?? form.get('access_token');
}

const USERINFO_ERRORS = {
  invalid_token: { status: 401, text: 'The access token is missing, wrong, revoked or expired.' },
  insufficient_scope: { status: 403, text: 'The access token was issued without the scope openid.' },
} as const;

async function answerUserInfo(call: Call, reply: FastifyReply): Promise<FastifyReply> {
  const outcome = await userInfo(call, bearerOf(call) ?? '');
  if (typeof outcome === 'object') return noStore(reply).send(outcome);
  const { status, text } = USERINFO_ERRORS[outcome];
  const challenge = `Bearer error="${outcome}", error_description="${text}"`;
  return send(noStore(reply).header('www-authenticate', challenge), oauthError(status, outcome, text));
}

const DAY = 86_400;

/** The longest that an unfriendly org holds a document back, in milliseconds. */
const UNFRIENDLY_LATENCY = 50;

/** Seconds until Okta would rotate its keys next: about four times a year, here at the start of a quarter. */
function secondsToRotation(now: number): number {
  const date = new Date(now);
  const next = Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / 3) * 3 + 3, 1);
  return Math.ceil((next - now) / 1000);
}

/** An unfriendly org answers a little late. */
function delay({ request }: FastifyReply, throwing: Dice): void {
  request.fault ??= {
    fault: { latency: { fixed: (throwing() * UNFRIENDLY_LATENCY) / 1000, jitter: 0, seed: 1 } },
    turn: 0,
  };
}

/** Counts a fetch, whatever is answered, so long as there is such a server. */
const noteFetch = (document: FetchedDocument) => (request: FastifyRequest) => {
  const server = serverOf(request);
  const { userAgent, ip } = originOf(request);
  if (server && request.method === 'GET')
    request.org.fetches.write({ document, server: serverId({ server }), userAgent, ip });
};

/** The key set stands at its address, or, where a fault has moved it, at another and not there. */
const answerKeysAt =
  (moved: boolean) =>
  async (call: Call, reply: FastifyReply): Promise<FastifyReply> =>
    keySetsMoved(call.view, call.org.realClock.now()) === moved
      ? answerKeys(call, reply)
      : send(reply, managementError('E0000007'));

async function answerKeys({ org, server, now }: Call, reply: FastifyReply): Promise<FastifyReply> {
  reply.header('cache-control', `max-age=${secondsToRotation(now)}, must-revalidate`);
  const keys = org.keys.published(serverId({ server }));
  const throwing = org.keys.unfriendly();
  if (!throwing) return reply.send({ keys });
  delay(reply, throwing);
  return reply.send({ keys: unfriendlyKeySet(keys, org.edgeCases.keys(), throwing) });
}

/** The document, with the address at which the key set is. */
function movedIf(moved: boolean, document: object): object {
  return moved ? METADATA_FAULTS['jwks-uri-moved']({ ...document }) : document;
}

/** A `client_id` may be sent along; Okta refuses one it does not know. */
function answerMetadata(kind: 'oidc' | 'oauth') {
  return async (call: Call, reply: FastifyReply): Promise<FastifyReply> => {
    const { org, server, query, view } = call;
    const clientId = query.get('client_id');
    if (clientId !== undefined && !findClient(view, clientId)) {
      const { error, text } = REASONS.invalid_client_id;
      return send(reply, { status: 400, body: managementBody(error, text) });
    }
    reply.header('cache-control', `max-age=${DAY}, must-revalidate`);
    const moved = keySetsMoved(view, org.realClock.now());
    const document = movedIf(moved, metadata(org, server, kind));
    const throwing = org.keys.unfriendly();
    if (!throwing) return reply.send(document);
    delay(reply, throwing);
    return reply.send(unfriendlyMetadata(document, throwing));
  };
}

const Metadata = z.looseObject({ issuer: z.url(), token_endpoint: z.url(), jwks_uri: z.url() });
const JwkSet = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) });

function document(url: string, kind: 'oidc' | 'oauth', summary: string): Endpoint {
  return {
    url,
    tag: 'Discovery',
    shape: 'management',
    crossOrigin: true,
    operations: {
      GET: {
        ...{ summary, access: 'anybody', handle: atServer('', answerMetadata(kind)), arrived: noteFetch(kind) },
        response: { 200: Metadata, 404: ManagementErrorBody },
      },
    },
  };
}

const DISCOVERY: readonly Endpoint[] = [
  document('/.well-known/openid-configuration', 'oidc', 'OpenID Connect discovery of the org'),
  document('/.well-known/oauth-authorization-server', 'oauth', 'RFC 8414 metadata of the org'),
  document('/oauth2/:server/.well-known/openid-configuration', 'oidc', 'Discovery of a custom server'),
  document('/oauth2/:server/.well-known/oauth-authorization-server', 'oauth', 'Metadata of a custom server'),
  document('/.well-known/oauth-authorization-server/oauth2/:server', 'oauth', 'The same, in the inserted form'),
];

/** The endpoints below one base: `/oauth2` for the org, `/oauth2/:server` for custom servers. */
function below(base: string): Endpoint[] {
  const endpoint = (
    name: string,
    methods: readonly ('GET' | 'POST')[],
    act: (call: Call, reply: FastifyReply) => Promise<unknown>,
    described: Omit<Operation, 'handle'>,
  ): Endpoint => {
    const operation = { ...described, handle: atServer(name, act) };
    return {
      url: `${base}/v1/${name}`,
      ...{ tag: 'Tokens', shape: 'oauth', crossOrigin: true },
      operations: Object.fromEntries(methods.map((method) => [method, operation])),
    };
  };
  const keySet = { access: 'anybody', response: { 200: JwkSet }, outOfTurn: true, arrived: noteFetch('jwks') } as const;
  const refusals = { 400: OAuthErrorBody, 401: z.union([OAuthErrorBody, ManagementErrorBody]), 429: OAuthErrorBody };
  return [
    endpoint('token', ['POST'], answerToken, {
      summary: 'Grants, token exchange among them',
      ...{ access: 'client', admit: admitToken, headers: { [EDGE_CASE_HEADER]: ASKS, [TOKEN_HEADER]: PROVES } },
      body: TokenRequest,
      response: { 200: TokenAnswer, ...refusals },
    }),
    endpoint('introspect', ['POST'], byClient(introspect), {
      summary: 'Token introspection, RFC 7662',
      access: 'client',
      body: TokenToLookAt,
      response: { 200: z.looseObject({ active: z.boolean() }), ...refusals },
    }),
    endpoint('revoke', ['POST'], byClient(revoke), {
      summary: 'Token revocation, RFC 7009',
      access: 'client',
      body: TokenToLookAt,
      response: { 200: null, ...refusals },
    }),
    endpoint('userinfo', ['GET', 'POST'], answerUserInfo, {
      summary: 'OpenID Connect UserInfo',
      access: 'access-token',
      response: {
        200: z.looseObject({ sub: z.string() }),
        401: OAuthErrorBody,
        403: OAuthErrorBody,
        429: OAuthErrorBody,
      },
    }),
    endpoint('keys', ['GET'], answerKeysAt(false), { summary: 'JWK Set', ...keySet }),
    endpoint('keys/moved', ['GET'], answerKeysAt(true), { summary: 'JWK Set, while a fault has moved it', ...keySet }),
  ];
}

export const TOKEN_ENDPOINTS: readonly Endpoint[] = [...DISCOVERY, ...below('/oauth2'), ...below('/oauth2/:server')];
