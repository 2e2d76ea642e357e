/** A port for somebody who listens later: none of those that the system hands out meanwhile to whoever asks for any. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that Linux (32768 and up), macOS and Windows (49152 and up) give away by themselves. */
const [LEAST, BEYOND] = [10_000, 32_000];

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  const free = await listening;
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}

export async function laterPort(): Promise<number> {
  for (;;) {
    const port = randomInt(LEAST, BEYOND);
    if (await isFree(port)) return port;
  }
}
