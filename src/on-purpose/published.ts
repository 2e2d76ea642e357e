/** Which keys an edge case needs in the key set of the org, so that it is what it says, and no more than an unknown kid. */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import { SIGNERS, type SignerName } from '../edge-cases/edits.js';
import type { PublishedKey } from '../registry/published-key.js';
import { type EdgeCaseKeys, publishedFor } from '../tokens/bend/edge-case-keys.js';

/** Signers whose keys belong into no key set of the org. */
const STRANGERS: readonly SignerName[] = ['attacker', 'other-issuer'];

/**
 * The signers that the cases need in the key set, and have a key that can stand there.
 * @param sign who signs besides what the cases say
 */
export function signersToPublish(
  rows: readonly EdgeCase[],
  sign: SignerName | undefined,
  keys: () => EdgeCaseKeys,
): readonly SignerName[] {
  const named = rows.flatMap(({ idp }) => [idp?.publish, idp?.publishLate, idp?.only].flatMap((one) => one ?? []));
  const all = new Set<SignerName>([...named, ...(sign && !STRANGERS.includes(sign) ? [sign] : [])]);
  return [...all].filter((signer) => publishedFor(signer, keys()) !== undefined);
}

/** All that have such a key. */
export function signersWithKey(keys: EdgeCaseKeys): readonly SignerName[] {
  return (Object.keys(SIGNERS) as SignerName[]).filter((signer) => publishedFor(signer, keys) !== undefined);
}

/** The keys of the signers as they stand in the key set of a server. Each of them must have one. */
export function publishedRecords(server: string, signers: readonly SignerName[], keys: EdgeCaseKeys): PublishedKey[] {
  return [...new Set(signers)].map((signer) => ({
    ...{ id: `${server}:${signer}`, server, signer },
    jwk: publishedFor(signer, keys) as PublishedKey['jwk'],
  }));
}
