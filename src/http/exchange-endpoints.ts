/** The control API's doors to the inbox: token requests as they came, waited for, followed, and forgotten. */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { notFound } from '../admin/change.js';
import {
  clearExchanges,
  ExchangeChoice,
  ExchangesQuery,
  type Following,
  findExchanges,
  followExchanges,
} from '../control/exchanges.js';
import { headerOf } from './calls.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';
import { exchangeStream } from './exchange-stream.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the server begins to close: requests that wait end then. */
    closing: AbortSignal;
  }
}

const doors = { tag: 'Control', shape: 'management' } as const;

const ExchangeBody = z.looseObject({
  ...{ id: z.string(), published: z.string(), realTime: z.string(), result: z.enum(['granted', 'refused', 'faulted']) },
});

const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };

/** How long a reader has to take the end of its stream, in milliseconds. */
const PATIENCE = 500;

/** What ends a wait, whoever waits: the server, and the org. */
const endsOf = ({ server, org }: FastifyRequest): AbortSignal[] => [server.closing, org.ending.signal];

/** The stream as the body of an answer: it ends with the request, and with the server, even if nobody reads it to its end. */
function streamTo(request: FastifyRequest, following: Following): Readable {
  const { method, signal, socket } = request;
  if (method === 'HEAD') return Readable.from([]);
  const closing = AbortSignal.any(endsOf(request));
  const stream = exchangeStream(following, closing);
  const cut = () => {
    const timer = setTimeout(() => socket.destroy(), PATIENCE).unref();
    // Read to its end: the connection may serve somebody else by now.
    stream.on('close', () => clearTimeout(timer));
  };
  closing.addEventListener('abort', cut);
  signal.addEventListener('abort', () => {
    closing.removeEventListener('abort', cut);
    stream.destroy();
  });
  return stream;
}

export const EXCHANGE_ENDPOINTS: readonly Endpoint[] = [
  {
    url: '/_mock/exchanges',
    ...doors,
    operations: {
      GET: control({
        ...{ summary: 'Token requests with what they said, how they were judged and what they were answered' },
        ...{ outOfTurn: true, query: ExchangesQuery, answers: { 200: z.array(ExchangeBody) } },
        act: ({ org, query, request }) => findExchanges(org.exchanges, query, [request.signal, ...endsOf(request)]),
        answer: (body) => ({ body }),
      }),
      DELETE: control({
        ...{ summary: 'Forget all token requests', powerful: true, answers: { 204: null } },
        act: (call) => clearExchanges(call),
        answer: () => ({}),
      }),
    },
  },
  {
    url: '/_mock/exchanges/stream',
    ...doors,
    operations: {
      GET: control({
        ...{ summary: 'Token requests as they come, as server-sent events', outOfTurn: true, query: ExchangeChoice },
        ...{ answers: { 200: z.string() }, mediaType: 'text/event-stream' },
        act({ org, query, request }) {
          const after = headerOf(request, 'last-event-id') || query.after;
          return followExchanges(org.exchanges, { ...query, after });
        },
        answer: (following, { request }) => ({ body: streamTo(request, following), headers: STREAM_HEADERS }),
      }),
    },
  },
  {
    url: '/_mock/exchanges/:exchangeId',
    ...doors,
    operations: {
      GET: control({
        ...{ summary: 'One token request', answers: { 200: ExchangeBody } },
        act: ({ org, param }) => org.exchanges.find(param('exchangeId')) ?? notFound(param('exchangeId'), 'Exchange'),
        answer: (body) => ({ body }),
      }),
    },
  },
];
