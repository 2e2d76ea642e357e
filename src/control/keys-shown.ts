/** The keys of an org as the control API shows them: by server and status, never a private half; and who fetched them. */
import { type AdminCall, logEvents } from '../admin/change.js';
import { endpointBase, issuerOf, type Org } from '../org.js';
import { authorizationServers } from '../registry/authorization-server.js';
import { kidOf, type SigningKey, signingKeys } from '../registry/jwk.js';
import { DOCUMENTS, type FetchCount, type FetchedDocument } from '../syslog/fetch-log.js';
import { allKeysOf, publicHalf } from '../tokens/keys.js';
import { type PublishedShown, publishedKeysOf, publishedShown } from './published-keys.js';

interface KeyShown {
  readonly kid: string;
  readonly status: SigningKey['status'];
  /** When it began to sign, if that was by a rotation. */
  readonly rotatedAt: string | null;
  readonly jwk: object;
}

/** The keys of one server. */
export interface ServerKeys {
  readonly server: string;
  readonly issuer: string;
  readonly jwksUri: string;
  /** Its own, or those of the org. */
  readonly keys: 'own' | 'shared';
  readonly signing: readonly KeyShown[];
  readonly published: readonly PublishedShown[];
  readonly fetches: Readonly<Record<FetchedDocument, FetchCount>>;
}

/** In this order. */
const STATUSES: readonly SigningKey['status'][] = ['ACTIVE', 'NEXT', 'RETIRED', 'WITHDRAWN'];

function keyShown(key: SigningKey): KeyShown {
  const { status, rotatedAt = null } = key;
  return { kid: kidOf(key), status, rotatedAt, jwk: publicHalf(key) };
}

function fetchesOf({ fetches }: Org, server: string): ServerKeys['fetches'] {
  const counts = DOCUMENTS.map((document) => [document, fetches.count(server, document)] as const);
  return Object.fromEntries(counts) as unknown as ServerKeys['fetches'];
}

/** Forgets who fetched them, and counts anew. */
export function clearFetches(call: AdminCall): void {
  call.org.fetches.clear();
  logEvents(call, [{ eventType: 'mock.fetches.clear', targets: [] }]);
}

function serverKeys(org: Org, server: string): ServerKeys {
  const view = org.store.view();
  const all = allKeysOf(view, server);
  const isOwn = server === 'org' || view.findBy(signingKeys, 'server', server).length > 0;
  return {
    ...{ server, issuer: issuerOf(org, server), jwksUri: `${endpointBase(org, server)}/v1/keys` },
    keys: isOwn ? 'own' : 'shared',
    signing: STATUSES.flatMap((status) => all.filter((key) => key.status === status).map(keyShown)),
    published: publishedKeysOf(view, server).map(publishedShown),
    fetches: fetchesOf(org, server),
  };
}

/** Of the org first, then of each custom server. */
export function keysShown(org: Org): readonly ServerKeys[] {
  const custom = org.store.view().list(authorizationServers);
  return ['org', ...custom.map(({ id }) => id)].map((server) => serverKeys(org, server));
}
