/**
 * An org whose inside a test can reach: it holds the store, so that a user can be suspended in the middle of a session,
 * a server be taken away, or the store fail. Over a real listener, like every other test.
 */
import { COLLECTIONS } from '../../src/collections.js';
import { edgeCaseLibrary } from '../../src/edge-case-library.js';
import { closerOf } from '../../src/http/closing.js';
import { makeServer } from '../../src/http/server.js';
import { makeOrg, type Org } from '../../src/org.js';
import { readOrg } from '../../src/org-source.js';
import { makeOrgs, type Orgs } from '../../src/orgs.js';
import type { Collection, Entity } from '../../src/registry/collection.js';
import { memoryStore } from '../../src/store/memory.js';
import { type OrgStore, remove, replace } from '../../src/store/port.js';
import type { ListeningOrg } from './org.js';

export interface OpenOrg extends ListeningOrg {
  readonly org: Org;
  /** With those beside it. */
  readonly orgs: Orgs;
  /** What the server called a failure. */
  readonly failures: readonly Error[];
  readonly requests: readonly string[];
  /** Changes a record of the registry. */
  change<T extends Entity>(collection: Collection<T>, id: string, change: (record: T) => T): Promise<void>;
  /** Takes a record out of the registry. */
  remove<T extends Entity>(collection: Collection<T>, id: string): Promise<void>;
}

/** @param around wraps the store the requests see */
export async function startOpenOrg(
  around: (store: OrgStore) => OrgStore = (store) => store,
  now: () => number = () => Date.now(),
): Promise<OpenOrg> {
  const all = memoryStore(COLLECTIONS);
  const inner = all.org('main');
  await inner.swap(readOrg(undefined, new Date(now()).toISOString()).records);
  const failures: Error[] = [];
  const requests: string[] = [];
  let url = '';
  const org = makeOrg({
    issuer: () => url,
    store: around(inner),
    clock: { now },
    logLimit: 50,
    edgeCases: await edgeCaseLibrary(),
  });
  const options = {
    onFailure: (error: Error) => failures.push(error),
    onRequest: (line: string) => requests.push(line),
  };
  const orgs = makeOrgs(org, { edgeCases: org.edgeCases, most: 5 });
  const app = makeServer(orgs, options);
  const close = closerOf(app);
  app.server.once('listening', () => {
    url = `http://127.0.0.1:${(app.server.address() as { port: number }).port}`;
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    issuer: url,
    banner: '',
    org,
    orgs,
    failures,
    requests,
    async remove(collection, id) {
      const before = inner.view().get(collection, id);
      if (!before) throw new Error(`no ${id} in ${collection.name}`);
      await inner.commit([remove(collection, before)], now());
    },
    async change(collection, id, change) {
      const before = inner.view().get(collection, id);
      if (!before) throw new Error(`no ${id} in ${collection.name}`);
      const conflict = await inner.commit([replace(collection, before, change(before))], now());
      if (conflict) throw new Error(JSON.stringify(conflict));
    },
    close: () => close().then(() => all.close()),
  };
}
