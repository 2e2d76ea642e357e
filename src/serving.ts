/** The listeners of a process: that of the orgs, and that of the control API where it has one of its own. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { closerOf } from './http/closing.js';
import { makeServer, type ServerOptions } from './http/server.js';
import { listenProblem, originOf } from './listening.js';
import type { Orgs } from './orgs.js';
import { StartFailure } from './start-failure.js';

/** Where the process listens, and whether its control API is there, elsewhere, or nowhere. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly controlPort: number | undefined;
  readonly noControl: boolean;
}

/** What runs once everything listens. */
export interface Serving {
  /** Of the control API, where it has a listener of its own. */
  readonly controlUrl: string | undefined;
  /** Finishes the requests in flight, and lets go of the ports. */
  close(): Promise<void>;
}

type Tls = ServerOptions['tls'];

/** @throws {StartFailure} when they are no pair of certificate and key */
export function readTls(tlsCert: string | undefined, tlsKey: string | undefined): Tls {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  try {
    const pair = { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const why = (error as Error).message;
    throw new StartFailure(
      `The TLS certificate ${tlsCert} and key ${tlsKey} cannot be used: ${why}. Both must be PEM.`,
    );
  }
}

interface Listener {
  readonly close: () => Promise<void>;
}

/**
 * Listens at one port.
 * @param heard told of the origin before any connection is looked at
 * @throws {StartFailure} when it cannot
 */
async function listenAt(
  app: ReturnType<typeof makeServer>,
  { host, port }: { readonly host: string; readonly port: number },
  heard: (origin: string) => void,
): Promise<Listener> {
  const close = closerOf(app);
  const scheme = 'setSecureContext' in app.server ? 'https' : 'http';
  app.server.once('listening', () => heard(originOf(scheme, host, (app.server.address() as AddressInfo).port)));
  try {
    await app.listen({ host, port });
  } catch (error) {
    await close();
    const problem = listenProblem(error as NodeJS.ErrnoException, host, port);
    throw problem ? new StartFailure(problem) : error;
  }
  return { close };
}

/**
 * Serves the orgs.
 * @param heard told of the origin of the orgs' own listener
 * @throws {StartFailure} when one of the ports cannot be had; then none is held
 */
export async function serve(
  orgs: Orgs,
  { host, port, controlPort, noControl }: Place,
  options: Omit<ServerOptions, 'control'>,
  heard: (origin: string) => void,
): Promise<Serving> {
  const control = noControl ? 'nowhere' : controlPort === undefined ? 'here' : 'elsewhere';
  const orgsAt = makeServer(orgs, { ...options, control });
  const main = await listenAt(orgsAt, { host, port }, heard);
  if (control !== 'elsewhere') return { controlUrl: undefined, close: main.close };
  let controlUrl = '';
  const app = makeServer(orgs, { ...options, control: 'alone', orgsAt });
  const place = { host, port: controlPort as number };
  const own = await listenAt(app, place, (origin) => {
    controlUrl = origin;
  }).catch(async (error) => {
    await main.close();
    throw error;
  });
  return { controlUrl, close: () => Promise.all([main.close(), own.close()]).then(() => undefined) };
}
