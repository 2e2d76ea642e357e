/** A mutant brought to life: the RAS with its defect, the gateway before it if there is one, and a probe fired at both. */
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { KeyCaching } from '../../../examples/resource-app/id-jag.js';
import {
  openPort,
  type Place,
  type ResourceApp,
  type ResourceAppOptions,
  startResourceApp,
} from '../../../examples/resource-app/resource-app.js';
import type { ProbeOptionsInput } from '../../../src/probe/options.js';
import type { Result } from '../../../src/probe/report.js';
import { probe } from '../../../src/probing.js';
import { laterPort } from '../../support/later-port.js';
import { openGateway } from '../gateway.js';
import { checksOf, type Mutant } from './mutant.js';

export const CLIENT = { id: 'agent-at-ras', secret: 'secret-of-the-agent' };
export const OTHER_CLIENT = { id: 'other-at-ras', secret: 'secret-of-the-other' };
export const DISABLED_CLIENT = { id: 'former-at-ras', secret: 'secret-of-the-former' };
export const USER = { sub: '00uProbe000000000001', email: 'probe@example.com' };
export const OTHER_USER = { sub: '00uProbe000000000002', email: 'other@example.com' };
const SCOPES = ['mcp:read', 'mcp:write', 'mcp:list'];

const keyPair = (kid: string): JsonWebKey & { kty: string; kid: string } => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid, kty: 'EC' };
};

/** What the server signs with, and what the client does, as far as a mutant mixes them up with keys of the issuer. */
export const RAS_KEY = keyPair('of-the-ras');
export const CLIENT_KEY = keyPair('of-the-client');

/** What a probe of the example RAS is told. */
const KNOWN: Omit<ProbeOptionsInput, 'client' | 'mcp' | 'idp'> = {
  ...{ user: USER, otherUser: OTHER_USER, scope: 'mcp:read mcp:write', keys: { ras: RAS_KEY } },
  otherClients: { other: OTHER_CLIENT, disabled: DISABLED_CLIENT },
  given: {
    ...{ otherScope: 'mcp:list', privilegedScope: 'mcp:admin', foreignEmail: 'somebody@rival.example' },
    ...{ deprovisionedSubject: '00uProbe000000000003', deprovisionedEmail: 'former@example.com' },
    secondResource: 'https://mcp.second.example/mcp',
  },
};

interface Alive {
  readonly app: ResourceApp;
  readonly idpPort: number;
  close(): Promise<void>;
}

const gatewayOf = ({ gateway = {} }: Partial<Mutant>, idp: string) =>
  typeof gateway === 'function' ? gateway(idp) : gateway;

async function alive(mutant: Partial<Mutant>, keyCaching: KeyCaching): Promise<Alive> {
  // The RAS trusts an issuer whose port the probe opens later.
  const idpPort = await laterPort();
  const idp = `http://localhost:${idpPort}`;
  const place = await openPort();
  const front: Place | undefined = mutant.gateway && (await openPort());
  if (front) openGateway(front.server, place.origin, gatewayOf(mutant, idp));
  const options = {
    ...{ place, trustedIssuer: idp, clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: SCOPES },
    ...{ otherClients: [OTHER_CLIENT], keyCaching, checks: checksOf(mutant) },
    users: [USER, OTHER_USER].map((user) => ({ iss: idp, ...user })),
    ...(front && { issuer: front.origin }),
    ...mutant.app,
  };
  // What a mutant leaves out on purpose is undefined, which the app takes for left out.
  const app = await startResourceApp(options as ResourceAppOptions);
  const close = async () => {
    front?.server.closeAllConnections();
    front?.server.close();
    await app.close();
  };
  return { app, idpPort, close };
}

/**
 * Plays it.
 * @param names of the cases; all when absent
 * @param caching how the RAS keeps the keys, as far as the mutant has no way of its own
 */
export async function played(
  mutant: Partial<Mutant>,
  names: readonly string[] | undefined,
  caching: KeyCaching,
): Promise<ReadonlyMap<string, Result>> {
  const { app, idpPort, close } = await alive(mutant, caching);
  const results = new Map<string, Result>();
  try {
    const select = names === undefined ? {} : { names: [...names] };
    const client = { ...CLIENT, authentication: 'basic' as const, key: CLIENT_KEY };
    const told = {
      ...KNOWN,
      ...mutant.probe,
      client,
      mcp: app.mcpUrl,
      idp: { port: idpPort, publicUrl: `http://localhost:${idpPort}` },
      select,
    };
    for await (const result of probe(told)) results.set(result.name, result);
  } finally {
    await close();
  }
  return results;
}
