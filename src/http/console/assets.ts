/** The style sheet and the script of the console. Their addresses name their content, so that browsers keep them. */
import { SCRIPT, SCRIPT_URL } from '../../console/script.js';
import { STYLE, STYLE_URL } from '../../console/style.js';
import type { Endpoint } from '../endpoint.js';

function asset(url: string, type: string, text: string): Endpoint {
  return {
    ...{ url: url.split('?')[0] as string, tag: 'Control', shape: 'page' },
    operations: {
      GET: {
        ...{ summary: 'Part of every page', access: 'anybody', response: {}, outOfTurn: true },
        handle: async (_, reply) =>
          reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(text),
      },
    },
  };
}

export const ASSETS: readonly Endpoint[] = [
  asset(STYLE_URL, 'text/css; charset=utf-8', STYLE),
  asset(SCRIPT_URL, 'text/javascript; charset=utf-8', SCRIPT),
];
