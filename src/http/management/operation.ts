/**
 * One operation of the management API: who may ask, what is validated, which function of `admin` it calls, and how what
 * that answers is rendered. Every route that goes by a scope is declared by it.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { type AdminCall, type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import type { Orgs } from '../../orgs.js';
import type { View } from '../../store/port.js';
import type { Party } from '../../syslog/event.js';
import { apiAccess } from '../api-access.js';
import { managementError, NEVER_KEPT } from '../bodies.js';
import { originOf } from '../calls.js';
import { type Endpoint, type Operation, send } from '../endpoint.js';
import type { Tag } from '../tags.js';

/** What is handed to an operation. `view` is for what is only read; a change is worked out by `carryOut`. */
export interface ManagementCall<Q, B> extends AdminCall {
  readonly view: View;
  /** All orgs of the process. */
  readonly orgs: Orgs;
  readonly request: FastifyRequest;
  /** A parameter of the path. */
  readonly param: (name: string) => string;
  readonly query: Q;
  readonly body: B;
  /** Path and query as they were asked for, without the prefix of the org. */
  readonly url: string;
}

/** An answer; without a body it has none. */
export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** How an operation is declared. */
export interface Declared<Q, B, V> {
  readonly summary: string;
  /** Such as `okta.users.manage`. */
  readonly scope: string;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  readonly mergePatch?: boolean;
  /** Status -> body of the answers that are no refusals. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  readonly act: (call: ManagementCall<Q, B>) => Promise<V | AdminRefusal> | V | AdminRefusal;
  /** Renders what `act` answered, unless it refused. */
  readonly answer: (value: V, call: ManagementCall<Q, B>) => Reply;
}

export const ManagementErrorBody = z
  .looseObject({
    errorCode: z.string(),
    errorSummary: z.string(),
    errorLink: z.string(),
    errorId: z.string(),
    errorCauses: z.array(z.looseObject({ errorSummary: z.string() })),
  })
  .meta({ id: 'ManagementError' });

/** The refusals that every operation may give. */
export const MANAGEMENT_REFUSALS = {
  400: ManagementErrorBody,
  401: ManagementErrorBody,
  403: ManagementErrorBody,
  429: ManagementErrorBody,
} as const;

function sendRefusal(reply: FastifyReply, { refused, causes, summary }: AdminRefusal): FastifyReply {
  return send(reply, managementError(refused, causes, summary));
}

function sendReply(reply: FastifyReply, { status, body, headers = {} }: Reply): FastifyReply {
  reply.headers({ ...NEVER_KEPT, ...headers });
  return reply.code(status ?? (body === undefined ? 204 : 200)).send(body);
}

function callOf<Q, B>(request: FastifyRequest): ManagementCall<Q, B> {
  return {
    ...{ org: request.org, orgs: request.orgs, request },
    actor: request.actor as Party,
    origin: originOf(request),
    view: request.org.store.view(),
    param: (name: string) => (request.params as Record<string, string>)[name] as string,
    query: request.query as Q,
    body: request.body as B,
    url: request.url,
  };
}

/** Makes an operation in the management API's shapes, for whomever the access lets in. */
export function operationOf<V, Q, B>(
  declared: Omit<Declared<Q, B, V>, 'scope'>,
  access: Pick<Operation, 'access' | 'admit'>,
): Operation {
  const { summary, query, body, mergePatch = false, answers, act, answer } = declared;
  return {
    ...{ summary, mergePatch },
    ...access,
    ...(query && { querystring: query }),
    ...(body && { body }),
    response: { ...answers, ...MANAGEMENT_REFUSALS, 404: ManagementErrorBody },
    async handle(request: FastifyRequest, reply: FastifyReply) {
      const call = callOf<Q, B>(request);
      const outcome = await act(call);
      return isAdminRefusal(outcome) ? sendRefusal(reply, outcome) : sendReply(reply, answer(outcome, call));
    },
  };
}

/** Makes an operation of the management API. */
export function manage<V, Q = undefined, B = undefined>(declared: Declared<Q, B, V>): Operation {
  return operationOf(declared, apiAccess(declared.scope));
}

/** Makes endpoints whose addresses begin with `base`, in one chapter of the API's description. */
export function endpointsBelow(base: string, tag: Tag) {
  return (path: string, operations: Endpoint['operations']): Endpoint => ({
    ...{ url: base + path, tag, shape: 'management', operations },
  });
}
