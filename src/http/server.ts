/**
 * The HTTP server: fastify set up so that nothing is loaded that is not needed, bodies are bounded, and whatever goes
 * wrong is answered in the shape of the endpoint it went wrong at.
 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type * as z from 'zod';
import type { Org } from '../org.js';
import { readForm } from '../protocol/form.js';
import { issueSentences } from '../protocol/issues.js';
import { type ErrorAnswer, managementError, plainError, type Shape } from './bodies.js';
import { browserEndpoints } from './browser-endpoints.js';
import { pathOf } from './calls.js';
import { edgeCaseEndpoints } from './edge-case-endpoints.js';
import { type Endpoint, endpointFinder, refuseMethod, register, send } from './endpoint.js';
import { explainEndpoint } from './explain-endpoint.js';
import { agentCredentialEndpoints } from './management/agent-credential-endpoints.js';
import { agentEndpoints } from './management/agent-endpoints.js';
import { applicationCredentialEndpoints } from './management/application-credential-endpoints.js';
import { applicationEndpoints } from './management/application-endpoints.js';
import { assignmentEndpoints } from './management/assignment-endpoints.js';
import { authorizationServerEndpoints } from './management/authorization-server-endpoints.js';
import { connectionEndpoints } from './management/connection-endpoints.js';
import { crossAppAccessEndpoints } from './management/cross-app-access-endpoints.js';
import { delegationEndpoints } from './management/delegation-endpoints.js';
import { groupEndpoints } from './management/group-endpoints.js';
import { ownerEndpoints } from './management/owner-endpoints.js';
import { policyEndpoints } from './management/policy-endpoints.js';
import { userEndpoints } from './management/user-endpoints.js';
import { managementEndpoints } from './management-endpoints.js';
import { openApiEndpoint } from './openapi-endpoint.js';
import { type RateLimiter, rateLimiter } from './rate-limit.js';
import { readinessEndpoint } from './readiness-endpoint.js';
import { registryEndpoints } from './registry-endpoints.js';
import { tokenEndpoints } from './token-endpoints.js';

/** The largest body taken, in bytes. */
export const BODY_LIMIT = 1_048_576;

export interface ServerOptions {
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  /** Told of what should not have happened; never of a request's content. */
  readonly onFailure: (error: Error) => void;
  /** Told of each answered request, if anybody wants to know. */
  readonly onRequest?: ((line: string) => void) | undefined;
}

/** A zod schema as fastify's validator, for JSON bodies and queries. */
function validate(schema: z.ZodType) {
  return (input: unknown) => {
    const parsed = schema.safeParse(input ?? undefined);
    if (parsed.success) return { value: parsed.data };
    // What is not there at all is not well-formed, rather than wrong in a member.
    if (input === undefined || input === null) return { error: withStatus('no body', 400) };
    const causes = issueSentences(parsed.error);
    return { error: Object.assign(new Error('validation'), { causes }) };
  };
}

/** zod validates and JSON.stringify writes, so that ajv and its serializer are never loaded. */
const compilersFactory = {
  buildValidator: () => (route: { schema: unknown }) => validate(route.schema as z.ZodType),
  // Never called, for no route declares a response to fastify: JSON.stringify writes them.
  buildSerializer: JSON.stringify,
};

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-xss-protection': '0',
};

/** What an error of fastify or of a handler becomes at an endpoint of this shape. */
function answerFor(error: FastifyError & { causes?: readonly string[] }, shape: Shape): ErrorAnswer {
  const status = error.statusCode ?? 500;
  if (shape === 'management') {
    if (error.causes) {
      const [about = 'request'] = (error.causes[0] as string).split(/[.:]/);
      return managementError('E0000001', error.causes, `Api validation failed: ${about}`);
    }
    if (status >= 500) return managementError('E0000009');
    return { ...managementError(status === 415 ? 'E0000021' : 'E0000003'), status: status === 415 ? 400 : status };
  }
  if (status >= 500) return plainError(shape, 500, 'server_error', 'The org could not complete the request.');
  if (status === 413) return plainError(shape, 413, 'invalid_request', `The body is larger than ${BODY_LIMIT} bytes.`);
  return plainError(shape, 400, 'invalid_request', 'The request could not be read.');
}

const GARBAGE_STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** An answer to bytes that are no HTTP request; there is no endpoint whose shape it could have. */
function answerGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  const body = JSON.stringify(managementError('E0000003').body);
  const status = GARBAGE_STATUS[error.code as string] ?? '400 Bad Request';
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  if (socket.writable) socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`, () => socket.destroy());
}

const MERGE_PATCH = 'application/merge-patch+json';
const JSON_TYPES = ['application/json', MERGE_PATCH];

const withStatus = (what: string, statusCode: number) => Object.assign(new Error(what), { statusCode });

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.register(formbody, { parser: (text) => readForm(text) as unknown as Record<string, unknown> });
  app.addContentTypeParser(JSON_TYPES, { parseAs: 'string' }, (request, text, done) => {
    const { shape, mergePatch = false } = request.routeOptions.config;
    if (shape !== 'management') return done(null, undefined);
    const isMergePatch = (request.headers['content-type'] as string).startsWith(MERGE_PATCH);
    if (mergePatch !== isMergePatch) return done(withStatus('content type', 415));
    // A call without a body may say that it is JSON all the same.
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text as string));
    } catch {
      done(withStatus('not JSON', 400));
    }
  });
  // Any other body is read, within the limit, and then ignored: that it is not a form is a fact for the rules.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, _, done) => {
    const refused = request.routeOptions.config.shape === 'management';
    done(refused ? withStatus('content type', 415) : null, undefined);
  });
}

function handleErrors(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  options: ServerOptions,
  count: RateLimiter,
): void {
  const find = endpointFinder(endpoints);
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    if ((error.statusCode ?? 500) >= 500) options.onFailure(error);
    return send(reply, answerFor(error, request.routeOptions.config.shape as Shape));
  });
  // What no route takes is refused before its body is read.
  app.addHook('onRequest', async (request, reply) => {
    mark(request, reply);
    count(request, reply, request.routeOptions.url);
    if (!request.is404) return;
    const endpoint = find(request);
    return endpoint ? refuseMethod(endpoint, request, reply) : send(reply, managementError('E0000007'));
  });
}

function mark(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.headers(SECURITY_HEADERS).header('x-okta-request-id', request.id);
}

/** Every endpoint of an org. */
export function endpointsOf(org: Org): readonly Endpoint[] {
  const endpoints: readonly Endpoint[] = [
    ...tokenEndpoints(org),
    ...browserEndpoints(org),
    ...managementEndpoints(org),
    ...userEndpoints(org),
    ...groupEndpoints(org),
    ...applicationEndpoints(org),
    ...applicationCredentialEndpoints(org),
    ...assignmentEndpoints(org),
    ...agentEndpoints(org),
    ...agentCredentialEndpoints(org),
    ...delegationEndpoints(org),
    ...ownerEndpoints(org),
    ...connectionEndpoints(org),
    ...crossAppAccessEndpoints(org),
    ...authorizationServerEndpoints(org),
    ...policyEndpoints(org),
    ...registryEndpoints(org),
    ...edgeCaseEndpoints(org),
    readinessEndpoint(org),
    explainEndpoint(org),
    openApiEndpoint(org, () => endpoints),
  ];
  return endpoints;
}

/** The server of one org, not yet listening. */
export function makeServer(org: Org, options: ServerOptions): FastifyInstance {
  const count = rateLimiter(org);
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
    genReqId: () => randomBytes(16).toString('hex'),
    schemaController: { compilersFactory },
    clientErrorHandler: answerGarbage,
    // A URL that cannot be read: no hook has run yet.
    frameworkErrors: (_: unknown, request: FastifyRequest, reply: FastifyReply) => {
      count(request, mark(request, reply), undefined);
      return send(reply, managementError('E0000003'));
    },
    ...(options.tls && { https: options.tls as object }),
  } as object) as unknown as FastifyInstance;
  app.register(cookie);
  readBodies(app);
  const endpoints = endpointsOf(org);
  handleErrors(app, endpoints, options, count);
  app.addHook('onResponse', async (request, reply) => {
    options.onRequest?.(`${request.method} ${pathOf(request)} ${reply.statusCode} ${Math.round(reply.elapsedTime)} ms`);
  });
  for (const endpoint of endpoints) register(app, endpoint);
  return app;
}
