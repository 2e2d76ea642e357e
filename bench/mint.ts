/**
 * What minting costs over the signature in it: jose's bare signing of the same header and claims, an unpatched mint and a
 * bent one, turn by turn in one run. No HTTP.
 */
import { CompactSign, importJWK, type JWK } from 'jose';
import { orgInMemory } from '../src/asked-org.js';
import { readConfig } from '../src/config.js';
import { type Minted, mint } from '../src/control/mint.js';
import { MintRequest } from '../src/control/mint-request.js';
import { isMistake } from '../src/protocol/mistake.js';
import { signingKeys } from '../src/registry/jwk.js';

/** Each way is taken so many times before it is the turn of the next. */
const TURN = 50;
const TURNS = 60;
const WARM_UP = 6;

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

const median = (figures: readonly number[]) => [...figures].sort((a, b) => a - b)[figures.length >> 1] as number;

function minted(outcome: Awaited<ReturnType<typeof mint>>): Minted {
  if (isMistake(outcome)) throw new Error(outcome.mistake);
  return outcome;
}

export async function run(): Promise<void> {
  const config = readConfig([], {});
  if (config.command !== 'serve') throw new Error('not reached');
  const org = await orgInMemory(config.settings);
  const good = minted(await mint(org, MintRequest.parse({})));
  const header = good.header as { alg: string; kid: string };
  const record = org.store
    .view()
    .list(signingKeys)
    .find(({ id }) => id === header.kid);
  const key = await importJWK(record?.jwk as JWK, 'RS256');
  const payload = new TextEncoder().encode(JSON.stringify(good.claims));
  const [unpatched, bent] = [MintRequest.parse({}), MintRequest.parse({ edgeCases: ['exp-past'] })];
  const ways: Record<string, () => Promise<unknown>> = {
    'jose, the bare signature': () => new CompactSign(payload).setProtectedHeader(header).sign(key),
    'mint, a good ID-JAG': () => mint(org, unpatched),
    'mint, exp-past': () => mint(org, bent),
  };
  const took = Object.entries(ways).map(([name, act]) => ({ name, act, figures: [] as number[] }));
  for (let turn = 0; turn < WARM_UP + TURNS; turn++) {
    for (const way of took) {
      for (let nth = 0; nth < TURN; nth++) {
        const milliseconds = await timed(way.act);
        if (turn >= WARM_UP) way.figures.push(milliseconds);
      }
    }
  }
  const base = median(took[0]?.figures ?? []);
  for (const { name, figures } of took) {
    const figure = median(figures);
    console.log(`${name.padEnd(28)} ${figure.toFixed(3)} ms  ${(figure / base).toFixed(2)} x`);
  }
}
