/** The health check, asked from outside: what the image's HEALTHCHECK runs. */
import type { IncomingMessage } from 'node:http';
import type { Settings } from './config.js';

/**
 * Asks the org that listens on this machine whether it is up; resolves to a line that says so or why not.
 * @param within milliseconds to wait for the answer
 */
export async function askHealth({ port, tlsCert }: Settings, within = 3000): Promise<{ up: boolean; line: string }> {
  const scheme = tlsCert === undefined ? 'http' : 'https';
  const url = `${scheme}://127.0.0.1:${port}/_mock/health`;
  const { get } = await import(`node:${scheme}`);
  const status = await new Promise<number | string>((resolve) => {
    // Over loopback, to itself: the certificate may well be for another name.
    const options = { rejectUnauthorized: false, timeout: within, agent: false };
    const request = get(url, options, (answer: IncomingMessage) => resolve(answer.resume().statusCode as number));
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (error: Error) => resolve(error.message));
  });
  const up = status === 200;
  return { up, line: up ? `up: ${url}` : `down (${status}): ${url}` };
}
