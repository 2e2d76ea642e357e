/**
 * An endpoint: one URL, the shape of its errors, and an operation for each of its methods with the zod schemas that
 * validate it and from which the OpenAPI document is printed. Registering one also answers cross-origin requests where
 * Okta allows them.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { FORM_POST_SCRIPT } from '../authorization/pages.js';
import type { Org } from '../org.js';
import type { Orgs } from '../orgs.js';
import { REASONS } from '../protocol/reasons.js';
import { type ErrorAnswer, managementError, NEVER_KEPT, plainError, type Shape } from './bodies.js';
import { pathOf } from './calls.js';
import { meetFault } from './faults.js';
import type { Tag } from './tags.js';

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * Who may ask: anybody, a client of the token endpoint, who holds an access token, who holds an API token or an access
 * token with the scope, who may use the control API.
 */
export type Access = 'anybody' | 'client' | 'access-token' | { readonly scope: string } | 'control';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One method of an endpoint. */
export interface Operation {
  readonly summary: string;
  readonly access: Access;
  readonly handle: Handler;
  /** Headers of the request that it looks at, each with what it is for; for its description. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Told of each request before anything else is done with it. */
  readonly arrived?: (request: FastifyRequest) => void;
  /** Asked before the body is read: why the request may not come in. */
  readonly admit?: (request: FastifyRequest) => Promise<ErrorAnswer | undefined>;
  /** The form or JSON body, and the query. Those of the management API are validated; others are judged by rules. */
  readonly body?: z.ZodType;
  readonly querystring?: z.ZodType;
  /**
   * Not in turn with those that put the org into another state: because it does so itself, or waits, or reads one view and
   * no more.
   */
  readonly outOfTurn?: boolean;
  /** The body is a JSON merge patch (RFC 7396), and must say so in its Content-Type. */
  readonly mergePatch?: boolean;
  /** What the body of its 200 is, where that is not JSON. */
  readonly mediaType?: string;
  /** Status -> body of the answers that it gives on purpose; `null` for one without a body. */
  readonly response: Readonly<Record<number, z.ZodType | null>>;
}

export interface Endpoint {
  /** Path with parameters as `:name`. */
  readonly url: string;
  /** Chapter of the OpenAPI document. */
  readonly tag: Tag;
  readonly shape: Shape;
  readonly operations: Readonly<Partial<Record<Method, Operation>>>;
  /** Browsers of any origin may call it. */
  readonly crossOrigin?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    shape?: Shape;
    mergePatch?: boolean;
  }
  interface FastifyRequest {
    /** The org that is asked. Known before anything else is done with the request. */
    org: Org;
    /** All orgs of the process. */
    orgs: Orgs;
    /** The server has the control API, here or at another listener. */
    controlled: boolean;
    /** Told when the answer is ready, before it is sent. */
    answered?: (() => void) | undefined;
    /** Of the org's records when the request came; another one now: the org was put into another state meanwhile. */
    generation: number;
  }
}

/**
 * One script, by its hash. `form-action` is left out on purpose: Chromium applies it to the redirect that follows the
 * sign-in form, which leads to the client.
 */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(FORM_POST_SCRIPT).digest('base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Marks the answer as a page, with the policy that every page has. */
export function asPage(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY);
}

/** Sends an error, which nobody may keep. */
export function send(reply: FastifyReply, answer: ErrorAnswer): FastifyReply {
  reply.headers(NEVER_KEPT);
  if (typeof answer.body === 'string') asPage(reply);
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

/** Allows any origin, also to read an error. `Vary` always, for a cache must not keep the answer to somebody else. */
function allowOrigin({ crossOrigin }: Endpoint, request: FastifyRequest, reply: FastifyReply): void {
  if (!crossOrigin) return;
  const { origin } = request.headers;
  reply.header('vary', 'Origin');
  if (origin !== undefined) reply.header('access-control-allow-origin', origin);
}

const methodsOf = (endpoint: Endpoint) => Object.keys(endpoint.operations).join(', ');

function preflight(endpoint: Endpoint): Handler {
  return async (_, reply) => {
    return reply
      .code(204)
      .header('access-control-allow-methods', methodsOf(endpoint))
      .header('access-control-allow-headers', 'authorization, content-type')
      .header('access-control-max-age', '3600')
      .send();
  };
}

/** Answers a method that the endpoint does not have. */
export function refuseMethod(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  allowOrigin(endpoint, request, reply);
  const allow = methodsOf(endpoint);
  const answer =
    endpoint.shape === 'management'
      ? managementError('E0000022')
      : plainError(endpoint.shape, 405, 'invalid_request', `This endpoint takes ${allow}.`);
  return send(reply.header('allow', allow), answer);
}

/** 429. A client's request is judged by rules instead, so that the System Log knows what was refused. */
function tooMany({ shape }: Endpoint, { access }: Operation, { rate }: FastifyRequest): ErrorAnswer | undefined {
  if (!rate.exceeded || access === 'client') return undefined;
  const { status, error, text } = REASONS.user_rate_limited;
  return shape === 'management' ? managementError('E0000047') : plainError(shape, status, error, text);
}

/** The management API takes no forms; elsewhere a form is a fact, and judged by rules. */
function unfitBody({ shape }: Endpoint, { headers }: FastifyRequest): ErrorAnswer | undefined {
  const isForm = /^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '');
  return shape === 'management' && isForm ? managementError('E0000021') : undefined;
}

function schemaOf({ shape }: Endpoint, { body, querystring }: Operation): object {
  return shape === 'management' ? { ...(querystring && { querystring }), ...(body && { body }) } : {};
}

/** Handles the request beside others, so that nobody puts the org into another state before it is through. */
function inTurn(endpoint: Endpoint, operation: Operation, request: FastifyRequest, reply: FastifyReply) {
  if (operation.outOfTurn) return operation.handle(request, reply);
  const handle = async () => {
    // Let in by another state of the org than the one that is asked now.
    const isOther = request.org.store.view().generation !== request.generation;
    if (isOther && (await isStopped(endpoint, operation, request, reply))) return reply;
    return operation.handle(request, reply);
  };
  // The turn is over with the answer, however long that is held back on its way.
  return new Promise((resolve, reject) => {
    request.org.turns.beside(() => {
      const answered = new Promise<void>((over) => {
        request.answered = over;
      });
      const handled = handle().then(resolve, reject);
      return Promise.race([answered, handled]);
    });
  });
}

/** Whether the request goes no further: it has met a fault in its place, it is one too many, or it may not come in. */
async function isStopped(endpoint: Endpoint, operation: Operation, request: FastifyRequest, reply: FastifyReply) {
  if (await meetFault(request, endpoint.url)) {
    reply.send('');
    return true;
  }
  const refused = tooMany(endpoint, operation, request) ?? (await operation.admit?.(request));
  if (refused) send(reply, refused);
  return refused !== undefined;
}

/** Registers the endpoint. Only the management API's input is validated by fastify: a form is a fact, and judged by rules. */
export function register(app: FastifyInstance, endpoint: Endpoint): void {
  const { url, shape, crossOrigin } = endpoint;
  for (const [method, operation] of Object.entries(endpoint.operations)) {
    app.route({
      ...{ method, url, config: { shape, mergePatch: operation.mergePatch ?? false } },
      schema: schemaOf(endpoint, operation),
      onRequest: async (request, reply) => {
        allowOrigin(endpoint, request, reply);
        operation.arrived?.(request);
        const stopped = await isStopped(endpoint, operation, request, reply);
        return stopped ? reply : undefined;
      },
      preValidation: async (request, reply) => {
        const refused = unfitBody(endpoint, request);
        return refused && send(reply, refused);
      },
      handler: (request, reply) => inTurn(endpoint, operation, request, reply),
    });
  }
  if (crossOrigin) {
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => allowOrigin(endpoint, request, reply);
    app.route({ method: 'OPTIONS', url, config: { shape }, onRequest, handler: preflight(endpoint) });
  }
}

/** Finds the endpoint that a request addresses, whatever its method. */
export function endpointFinder(endpoints: readonly Endpoint[]): (request: FastifyRequest) => Endpoint | undefined {
  const patterns = endpoints.map((endpoint) => {
    const pattern = endpoint.url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+');
    return { endpoint, pattern: new RegExp(`^${pattern}$`) };
  });
  return (request) => patterns.find(({ pattern }) => pattern.test(pathOf(request)))?.endpoint;
}
