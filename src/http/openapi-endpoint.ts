/** `GET /_mock/openapi.json`: the description of every endpoint, for people and for generators of clients. */
import * as z from 'zod';
import type { Org } from '../org.js';
import { version } from '../shipped.js';
import { controlAccess } from './control-access.js';
import type { Endpoint } from './endpoint.js';
import { MANAGEMENT_REFUSALS } from './management/operation.js';

/** @param endpoints every one of the server, this one included; asked for when the document is */
export function openApiEndpoint(endpoints: () => readonly Endpoint[]): Endpoint {
  const documents = new WeakMap<Org, Promise<object>>();
  // Printed for the first who asks an org: it would slow down every start.
  const print = async ({ issuer }: Org) => {
    const { openApiDocument } = await import('./openapi.js');
    return openApiDocument({ endpoints: endpoints(), issuer, version: version() });
  };
  return {
    url: '/_mock/openapi.json',
    ...{ tag: 'Control', shape: 'management' },
    operations: {
      GET: {
        summary: 'This description',
        ...controlAccess(),
        handle: async ({ org }, reply) => {
          const document = documents.get(org) ?? print(org);
          documents.set(org, document);
          return reply.send(await document);
        },
        response: {
          200: z.looseObject({ openapi: z.string() }).describe('An OpenAPI 3.1 document'),
          ...MANAGEMENT_REFUSALS,
        },
      },
    },
  };
}
