/**
 * What isolated orgs cost: the memory of one, fresh and after a sign-in with an exchange; and over HTTP, how long it takes to
 * make one, to reset it, and to put it back to a snapshot, beside a request that does next to nothing.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type RunningOrg, start } from '../src/index.js';

const ORGS = 200;
const ROUNDS = 200;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap that are in use. */
function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

const median = (figures: readonly number[]) => [...figures].sort((a, b) => a - b)[figures.length >> 1] as number;

async function post(url: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', ...(body && { headers, body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Mints and uses what a short test uses. */
async function used(base: string): Promise<void> {
  await post(`${base}/api/v1/authn`, { username: 'alice@example.com', password: 'xaa-Test-1234!' });
  await post(`${base}/_mock/mint`, { token: 'id-token' });
  await fetch(`${base}/oauth2/v1/keys`).then((answer) => answer.text());
}

async function memory(org: RunningOrg): Promise<void> {
  await post(`${org.issuer}/_mock/orgs`, { id: 'warm-up' });
  await used(`${org.issuer}/orgs/warm-up`);
  const before = heap();
  for (let at = 0; at < ORGS; at++) await post(`${org.issuer}/_mock/orgs`, { id: `org-${at}` });
  const fresh = heap();
  for (let at = 0; at < ORGS; at++) await used(`${org.issuer}/orgs/org-${at}`);
  const after = heap();
  const each = (bytes: number) => `${(bytes / ORGS / 1024).toFixed(0)} kB an org`;
  console.log(`memory of ${ORGS} orgs, fresh       ${each(fresh - before)}`);
  console.log(`the same after some requests  ${each(after - before)}`);
}

async function times(org: RunningOrg): Promise<void> {
  const base = `${org.issuer}/orgs/org-0`;
  await post(`${base}/_mock/snapshots`, { name: 's' });
  let made = 0;
  const ways: Record<string, () => Promise<unknown>> = {
    'GET /_mock/clock': () => fetch(`${base}/_mock/clock`).then((answer) => answer.text()),
    'POST /_mock/reset': () => post(`${base}/_mock/reset`),
    'restoring a snapshot': () => post(`${base}/_mock/snapshots/s/restore`),
    'POST /_mock/orgs': () => post(`${org.issuer}/_mock/orgs`, { id: `more-${made++}` }),
  };
  const took = Object.entries(ways).map(([name, act]) => ({ name, act, figures: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { act, figures } of took) {
      const began = performance.now();
      await act();
      figures.push(performance.now() - began);
    }
  }
  const first = median(took[0]?.figures ?? []);
  for (const { name, figures } of took) {
    const figure = median(figures);
    console.log(`${name.padEnd(24)} ${figure.toFixed(2)} ms  ${(figure / first).toFixed(1)} x`);
  }
}

export async function run(): Promise<void> {
  const org = await start({ maxOrgs: 10_000 });
  await memory(org);
  await times(org);
  await org.close();
}
