/**
 * The HTTP server: fastify set up so that nothing is loaded that is not needed, bodies are bounded, and whatever goes
 * wrong is answered in the shape of the endpoint it went wrong at.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type * as z from 'zod';
import type { Orgs } from '../orgs.js';
import type { PlanProbe, StartProbe } from '../probe/runs.js';
import { readForm } from '../protocol/form.js';
import { issueSentences } from '../protocol/issues.js';
import { type ErrorAnswer, managementError, plainError, type Shape } from './bodies.js';
import { pathOf } from './calls.js';
import { CONSOLE_ENDPOINTS } from './console/pages.js';
import { type Endpoint, endpointFinder, refuseMethod, register, send } from './endpoint.js';
import { ENDPOINTS } from './endpoints.js';
import { letFaultsHit } from './faults.js';
import { HEALTH } from './management-endpoints.js';
import { orgOf, splitOrg } from './org-of-request.js';
import { rateLimiter } from './rate-limit.js';

/** The largest body taken, in bytes. */
export const BODY_LIMIT = 1_048_576;

export interface ServerOptions {
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  /** Whether the control API is here, nowhere, or the only thing that is here; default: here. */
  readonly control?: 'here' | 'elsewhere' | 'nowhere' | 'alone';
  /** Where the control API is alone: the server that the orgs are at, which the console plays the requester at. */
  readonly orgsAt?: FastifyInstance | undefined;
  /** Starts a probe from the console; absent: there it cannot be started. */
  readonly startProbe?: StartProbe | undefined;
  /** Says what a probe would do. */
  readonly planProbe?: PlanProbe | undefined;
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

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-xss-protection': '0',
};

/** What comes before everything else: whose request it is, the headers of every answer, and the count. */
type Receive = (request: FastifyRequest, reply: FastifyReply, route: string | undefined) => ErrorAnswer | undefined;

/** @returns what refuses a request to an org that is not there; nobody counts it */
function receiver(orgs: Orgs, controlled: boolean): Receive {
  const count = rateLimiter();
  return (request, reply, route) => {
    const org = orgOf(orgs, request);
    request.org = org ?? orgs.main;
    Object.assign(request, { orgs, controlled, generation: request.org.store.view().generation });
    reply.headers(SECURITY_HEADERS).header('x-okta-request-id', request.id);
    count(request, reply, org && route);
    return org ? undefined : managementError('E0000007');
  };
}

function handleErrors(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  receive: Receive,
  options: ServerOptions,
): void {
  const find = endpointFinder(endpoints);
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    if ((error.statusCode ?? 500) >= 500) options.onFailure(error);
    return send(reply, answerFor(error, request.routeOptions.config.shape as Shape));
  });
  // What no org and no route takes is refused before its body is read.
  app.addHook('onRequest', async (request, reply) => {
    const refused = receive(request, reply, request.routeOptions.url);
    if (refused) return send(reply, refused);
    if (!request.is404) return;
    const endpoint = find(request);
    return endpoint ? refuseMethod(endpoint, request, reply) : send(reply, managementError('E0000007'));
  });
}

/** A line for whoever looks over the server's shoulder: the path as it was asked for. */
function lineOf({ method, originalUrl }: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): string {
  return `${method} ${pathOf({ url: originalUrl })} ${statusCode} ${Math.round(elapsedTime)} ms`;
}

/** What belongs to the control API; health answers everywhere. */
const isControl = ({ url }: Endpoint) => url.startsWith('/_mock/') && url !== HEALTH;

/** The console does what the control API does, and is where that is. */
function endpointsFor(control: ServerOptions['control'] = 'here'): readonly Endpoint[] {
  if (control === 'here') return [...ENDPOINTS, ...CONSOLE_ENDPOINTS];
  const chosen = ENDPOINTS.filter((one) => one.url === HEALTH || isControl(one) === (control === 'alone'));
  return control === 'alone' ? [...chosen, ...CONSOLE_ENDPOINTS] : chosen;
}

/** The server of these orgs, not yet listening. */
export function makeServer(orgs: Orgs, options: ServerOptions): FastifyInstance {
  const receive = receiver(orgs, options.control !== 'nowhere');
  const endpoints = endpointsFor(options.control);
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
    genReqId: () => randomBytes(16).toString('hex'),
    schemaController: { compilersFactory },
    clientErrorHandler: answerGarbage,
    rewriteUrl: ({ url }: IncomingMessage) => splitOrg(url as string).url,
    // A URL that cannot be read: no hook has run yet.
    frameworkErrors: (_: unknown, request: FastifyRequest, reply: FastifyReply) =>
      send(reply, receive(request, reply, undefined) ?? managementError('E0000003')),
    ...(options.tls && { https: options.tls as object }),
  } as object) as unknown as FastifyInstance;
  const closing = new AbortController();
  // One listener for each request that waits; how many those may be is bounded elsewhere.
  setMaxListeners(0, closing.signal);
  app.decorate('closing', closing.signal);
  app.decorate('startProbe', { getter: () => options.startProbe });
  app.decorate('planProbe', { getter: () => options.planProbe });
  app.decorate('orgsAt', { getter: () => options.orgsAt ?? app });
  app.addHook('preClose', async () => closing.abort());
  // The first of all hooks: those of a plugin come later.
  handleErrors(app, endpoints, receive, options);
  letFaultsHit(app);
  app.register(cookie);
  readBodies(app);
  app.addHook('onResponse', async (request, reply) => options.onRequest?.(lineOf(request, reply)));
  for (const endpoint of endpoints) register(app, endpoint);
  return app;
}
