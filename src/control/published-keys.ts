/** Keys that stand in a key set on purpose: put there, and taken out again. */
import * as z from 'zod';
import { type AdminCall, type AdminRefusal, type ChangeEvent, notFound, notValid } from '../admin/change.js';
import { keyChanges } from '../admin/key-history.js';
import { SignerName } from '../edge-cases/edits.js';
import { publishedRecords, signersWithKey } from '../on-purpose/published.js';
import { type PublishedKey, publishedKeys } from '../registry/published-key.js';
import type { View } from '../store/port.js';
import { partyOf } from '../syslog/event.js';
import { changeKeys, ServerAsked } from './keys.js';

export const PublishRequest = z.strictObject({
  signers: z.array(SignerName).min(1).max(100).describe('Whose keys: those that edge cases sign with.'),
  server: ServerAsked,
});

/** A key that is published on purpose, by what it is called. */
export interface PublishedShown {
  readonly signer: SignerName;
  readonly kid: string;
}

export const publishedShown = ({ signer, jwk }: PublishedKey): PublishedShown => ({ signer, kid: String(jwk.kid) });

export const publishedKeysOf = (view: View, server: string) => view.findBy(publishedKeys, 'server', server);

const debugOf = (keys: readonly PublishedKey[]) => ({
  ...{ kid: keys.map((key) => publishedShown(key).kid).join(' '), signers: keys.map(({ signer }) => signer).join(' ') },
});

/** What the System Log is told of keys that come into the key set of the org; nothing of none. */
export function publishedEvents(added: readonly PublishedKey[]): readonly ChangeEvent[] {
  if (added.length === 0) return [];
  const debug = { server: 'org', ...debugOf(added) };
  return [{ eventType: 'mock.key.publish', targets: [partyOf('KeySet', 'org')], debug }];
}

/** Those of the records that are not there yet. */
export function newAmong(view: View, records: readonly PublishedKey[]): readonly PublishedKey[] {
  return records.filter(({ id }) => !view.get(publishedKeys, id));
}

/** Publishes keys beside those of the server. @returns all that stand there on purpose then */
export async function publish(
  call: AdminCall,
  { signers, server }: z.infer<typeof PublishRequest>,
): Promise<readonly PublishedShown[] | AdminRefusal> {
  const edge = call.org.edgeCases.keys();
  const possible = signersWithKey(edge);
  const without = signers.find((signer) => !possible.includes(signer));
  if (without !== undefined) {
    return notValid('signers', `signers: ${without} has no key to publish; these have one: ${possible.join(', ')}`);
  }
  const wanted = publishedRecords(server, signers, edge);
  return changeKeys(call, server, 'mock.key.publish', ({ view }) => {
    const added = newAmong(view, wanted);
    const published = [...publishedKeysOf(view, server), ...added];
    const changes = keyChanges(view, server, 'publish', { published });
    return { changes, value: published.map(publishedShown), debug: debugOf(added) };
  });
}

/** Takes keys out again. @param signer whose; all when absent */
export function unpublish(call: AdminCall, server: string, signer?: string): Promise<undefined | AdminRefusal> {
  return changeKeys<undefined>(call, server, 'mock.key.unpublish', ({ view }) => {
    const all = publishedKeysOf(view, server);
    const gone = all.filter((key) => signer === undefined || key.signer === signer);
    if (signer !== undefined && gone.length === 0) return notFound(signer, 'PublishedKey');
    const published = all.filter((key) => !gone.includes(key));
    const changes = keyChanges(view, server, 'unpublish', { published });
    return { changes, value: undefined, debug: debugOf(gone) };
  });
}
