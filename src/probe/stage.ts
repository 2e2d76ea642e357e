/**
 * The identity provider set up for a case, and afterwards as it was: keys that vanish, a key set that fails, and the wait
 * until the server has noticed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { SignerName } from '../edge-cases/edits.js';
import type { Bench } from './bench.js';
import { sendGood } from './redeeming.js';
import { tryFor } from './try-for.js';
import { decisionOf } from './verdict.js';
import { phaseOf, waitOf } from './waits.js';

/** How long is waited between two looks at whether the server has fetched; milliseconds. */
const PAUSE = 1500;
/** How long a server is given to recover from a case; milliseconds. */
const RECOVERY = 60_000;
/** How late the key set comes where a token is to expire meanwhile. */
const SLOW = { route: '/oauth2/v1/keys', fault: { latency: { fixed: '7s' } } };

/** Documents that lead elsewhere lead to the canary, which serves the attacker's key. */
function faultsOf({ idp, meanwhile }: EdgeCase, { url }: Bench['canary']): readonly object[] {
  if (meanwhile === 'expires-in-processing') return [SLOW];
  const { jwks, metadata } = idp ?? {};
  const leadsTo = jwks === 'redirect' || metadata === 'jwks-uri-http' ? { leadsTo: `${url}/keys` } : {};
  return [
    ...(jwks ? [{ fault: { jwks, ...leadsTo } }] : []),
    ...(metadata ? [{ fault: { metadata, ...leadsTo } }] : []),
  ];
}

/** Whether the case changes what the identity provider publishes while the others are played as ever. */
const changesIdp = (row: EdgeCase) => ['cached', 'waiting'].includes(phaseOf(row));

/** Whether the server holds that key: published, it signs a token that is granted. */
async function holds(bench: Bench, sign: SignerName): Promise<boolean> {
  const { idp, options } = bench;
  await idp.publish([sign]);
  return tryFor(options.patience, PAUSE, async () => {
    const { answer } = await sendGood(bench, 'while its key is published', await idp.mint({ sign }));
    return decisionOf(answer).kind === 'granted';
  });
}

const NEVER_HELD =
  'The server took no token by the key while that was published, so that it has nothing to forget; it may need more --patience to fetch it.';

/**
 * Before a case.
 * @returns why it would mean nothing here; undefined: it is set up
 */
export async function staged(bench: Bench, row: EdgeCase): Promise<string | undefined> {
  if (!changesIdp(row)) return undefined;
  const { idp, options, restart, canary } = bench;
  const { kind } = waitOf(row, options);
  for (const signer of row.idp?.withdraw ?? []) {
    if (!(await holds(bench, signer))) return NEVER_HELD;
    await idp.unpublish(signer);
  }
  await idp.meet(faultsOf(row, canary));
  if (kind !== 'fetch') return undefined;
  // Of a key that the server has never seen, it has to fetch the key set.
  if (!restart) await idp.rotate();
  if (row.idp?.only) await idp.withdrawOthers();
  // Last: a server may fetch as it starts.
  await restart?.();
  return undefined;
}

async function goodAgain(bench: Bench): Promise<void> {
  const granted = async () => decisionOf((await sendGood(bench, 'to recover')).answer).kind === 'granted';
  await tryFor(Math.max(RECOVERY, bench.options.patience), PAUSE, granted);
}

/** After it. Where the server may have kept something bad, until it grants a good token again. */
export async function restored(bench: Bench, row: EdgeCase): Promise<void> {
  if (!changesIdp(row)) return;
  const { idp, restart, options } = bench;
  await idp.meet([]);
  await idp.takeBack();
  if (waitOf(row, options).kind === 'none') return;
  if (restart && waitOf(row, options).kind === 'fetch') await restart();
  await goodAgain(bench);
}

/** Whether the server has fetched the key set, or the discovery document where that is what the case changes. */
async function fetchedSince(
  bench: Bench,
  row: EdgeCase,
  before: { keys: number; discovery: number },
): Promise<boolean> {
  const now = await bench.idp.fetches();
  return row.idp?.metadata ? now.discovery > before.discovery : now.keys > before.keys;
}

/** Whether nothing in the token of the case makes the server fetch: it names a key from before, or none. */
const makesNoFetch = (row: EdgeCase, kind: string) => row.idp?.only || (kind === 'aged' && !row.idp?.metadata);

/** A stranger's token, under a kid that no key set has: many servers fetch the key set anew for it. */
async function provoke(bench: Bench): Promise<void> {
  const token = await bench.idp.mint({ sign: 'unpublished', header: { set: { kid: '{jti}' } } });
  await sendGood(bench, 'to make it fetch', token);
}

/**
 * Fires a case, again and again where the server has to fetch first: only an answer after the fetch counts. Where what it
 * keeps has to grow too old, it has all the time there is for the answer that is right.
 * @param isRight of an answer after the fetch
 * @returns undefined when it never fetched: it goes by what it keeps, and nothing is known
 */
export async function awaitFetch<T>(
  bench: Bench,
  row: EdgeCase,
  fire: () => Promise<T>,
  isRight: (fired: T) => boolean,
): Promise<T | undefined> {
  const { kind } = waitOf(row, bench.options);
  if (kind !== 'fetch' && kind !== 'aged') return fire();
  const before = await bench.idp.fetches();
  const until = Date.now() + bench.options.patience;
  for (;;) {
    if (makesNoFetch(row, kind)) await provoke(bench);
    const fired = await fire();
    if (await fetchedSince(bench, row, before)) {
      if (kind === 'fetch') return fired;
      const after = await fire();
      if (isRight(after) || Date.now() >= until) return after;
    } else if (Date.now() >= until) return undefined;
    await sleep(PAUSE);
  }
}
