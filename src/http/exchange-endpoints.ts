/** The control API's doors to the inbox: token requests as they came, waited for, followed, and forgotten. */
import * as z from 'zod';
import { notFound } from '../admin/change.js';
import {
  clearExchanges,
  ExchangeChoice,
  ExchangesQuery,
  findExchanges,
  followExchanges,
} from '../control/exchanges.js';
import { headerOf } from './calls.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';
import { endsOf, STREAM_HEADERS, streamTo } from './exchange-stream.js';

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
