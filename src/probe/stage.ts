/**
 * The identity provider set up for a case, and afterwards as it was: keys that vanish, a key set that fails, and the wait
 * until the server has noticed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { Bench } from './bench.js';
import { sendGood } from './redeeming.js';
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

/** Before a case. */
export async function staged({ idp, options, restart, canary }: Bench, row: EdgeCase): Promise<void> {
  if (!changesIdp(row)) return;
  const { kind } = waitOf(row, options);
  for (const signer of row.idp?.withdraw ?? []) await idp.unpublish(signer);
  await idp.meet(faultsOf(row, canary));
  if (kind !== 'fetch') return;
  if (restart) await restart();
  // Of a key that the server has never seen, it has to fetch the key set.
  else await idp.rotate();
  if (row.idp?.only) await idp.withdrawOthers();
}

async function goodAgain(bench: Bench): Promise<void> {
  const until = Date.now() + Math.max(RECOVERY, bench.options.patience);
  const granted = async () => decisionOf((await sendGood(bench, 'to recover')).answer).kind === 'granted';
  while (!(await granted()) && Date.now() < until) await sleep(PAUSE);
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

/**
 * Fires a case, again and again where the server has to fetch first: the answer that counts is the first after the fetch.
 * @returns undefined when it never fetched and the case says nothing without that
 */
export async function awaitFetch<T>(bench: Bench, row: EdgeCase, fire: () => Promise<T>): Promise<T | undefined> {
  const { kind } = waitOf(row, bench.options);
  if (kind !== 'fetch' && kind !== 'aged') return fire();
  const before = await bench.idp.fetches();
  const until = Date.now() + bench.options.patience;
  for (;;) {
    const fired = await fire();
    if (await fetchedSince(bench, row, before)) return kind === 'aged' ? fire() : fired;
    if (Date.now() >= until) return kind === 'aged' && row.sign === 'withdrawn' ? fired : undefined;
    await sleep(PAUSE);
  }
}
