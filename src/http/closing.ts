/** Closing the server: requests in flight are answered, connections without one are cut. */
import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/**
 * Watches the server's requests from now on; the function returned closes it. Node by itself would wait for connections
 * on which nothing was ever sent, and browsers open some ahead.
 */
export function closerOf(app: FastifyInstance): () => Promise<void> {
  const inFlight = new Set<object>();
  let deaf = false;
  const cutIdle = () => {
    if (deaf && inFlight.size === 0) app.server.closeAllConnections();
  };
  app.server.on('request', (_, response) => {
    inFlight.add(response);
    response.on('close', () => {
      inFlight.delete(response);
      cutIdle();
    });
  });
  return async () => {
    const closed = app.close();
    // Not before it has stopped listening, or a connection could slip in behind the cut.
    while (app.server.listening) await setImmediate();
    deaf = true;
    cutIdle();
    await closed;
  };
}
