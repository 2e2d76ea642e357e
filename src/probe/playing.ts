/**
 * One case, played: what goes before it, what happens meanwhile, the token itself, and a good twin right after it, so that
 * "refused" is never the work of a broken set-up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { Earlier } from '../edge-cases/situations.js';
import type { Bench, Members, Sent } from './bench.js';
import { CREDENTIALS, isLack, type Lack } from './client-credentials.js';
import { IdpRefusal, type Token } from './idp.js';
import { lookAt } from './looks.js';
import { type Redeeming, type RedeemingOptions, redeem, redeemingOf, sendGood } from './redeeming.js';
import type { Exchange, Looked } from './report.js';
import { awaitFetch, restored, staged } from './stage.js';
import { type Decision, decisionOf, entryOf, fits, isListed } from './verdict.js';
import { UNTIL_EXPIRED } from './waits.js';
import { HostRefusal } from './wire.js';

/** What came of it. `problem`: it could not be played, or went wrong before its token was sent. */
export interface Played {
  readonly decision?: Decision;
  readonly looked: readonly Looked[];
  readonly exchanges: readonly Exchange[];
  readonly twin?: Decision;
  readonly problem?: { readonly status: 'not-run' | 'error'; readonly why: string };
}

/** Something that ends the playing of a case. */
class Stop extends Error {
  constructor(
    readonly status: 'not-run' | 'error',
    message: string,
  ) {
    super(message);
  }
}

function demanded<T extends object>(value: T | Lack): T {
  if (isLack(value)) throw new Stop('not-run', `It cannot be sent: ${value.lack}.`);
  return value;
}

/** The token of the row, and others that are like it but for what is said. */
const mintRow = ({ idp, options, given, learnt }: Bench, row: EdgeCase): Promise<Token> =>
  idp.mint({
    edgeCases: [row.name],
    given: { ...given, ...(learnt.accessToken !== undefined && { accessToken: learnt.accessToken }) },
    keys: {
      ras: options.keys.ras,
      client: options.client.key,
      ...(options.keys.encryption && { encryption: options.keys.encryption }),
    },
  });

const jtiOf = ({ claims }: Token) => String((claims as Members | null)?.jti);

const EARLIER: Readonly<Record<Earlier['token'], (bench: Bench, row: EdgeCase, token: Token) => Promise<Token>>> = {
  'the-same': async (_bench, _row, token) => token,
  'another-good-one': ({ idp }) => idp.mint({}),
  'another-like-it': (bench, row) => mintRow(bench, row),
  'the-same-jti': ({ idp }, _row, token) => idp.mint({ claims: { set: { jti: jtiOf(token) } } }),
  'the-same-jti-of-other-issuer': ({ idp, given }, _row, token) =>
    idp.mint({ sign: 'other-issuer', claims: { set: { jti: jtiOf(token), iss: given.otherIssuer as string } } }),
  'the-same-jti-forged': ({ idp }, _row, token) =>
    idp.mint({ sign: 'attacker', claims: { set: { jti: jtiOf(token) } } }),
};

/** The most exchanges of one case that the report shows before the case itself. */
const SHOWN_BEFORE = 2;

const GRANTED_BEFORE =
  'What goes before it was granted, which is to be refused: there is a case of its own for that, and this one never came about.';

/** Sends what goes before. */
async function sendEarlier(bench: Bench, row: EdgeCase, token: Token, exchanges: Exchange[]): Promise<void> {
  for (const { token: kind, client, times, expect } of row.before ?? []) {
    for (let time = 0; time < times; time++) {
      const edits = client && { client };
      const redeeming = demanded(redeemingOf(bench, await EARLIER[kind](bench, row, token), { edits }));
      const { answer, exchange } = await redeem(bench, 'before it', redeeming, !expect.includes('429'));
      if (exchanges.length < SHOWN_BEFORE) exchanges.push(exchange);
      const decision = decisionOf(answer);
      if (isListed(decision, expect)) continue;
      if (decision.kind === 'granted') throw new Stop('not-run', GRANTED_BEFORE);
      throw new Stop(
        'error',
        `What goes before it went wrong: the server ${decision.found}, and not as expected (${expect.join(' or ')}).`,
      );
    }
  }
}

/** Sends a good token with the very proof, or the very client assertion, that the case then repeats. */
async function sendUsed(bench: Bench, row: EdgeCase, main: Redeeming, options: RedeemingOptions): Promise<void> {
  const replayedProof = row.request?.dpop?.replayed;
  if (!replayedProof && options.client === undefined) return;
  const good = demanded(redeemingOf(bench, await bench.idp.mint({}), replayedProof ? { bare: true } : options));
  const proof = main.asked.headers.filter(([name]) => name === 'dpop');
  const asked = { ...good.asked, headers: [...good.asked.headers, ...(replayedProof ? proof : [])] };
  await redeem(bench, 'before it', { form: good.form, token: good.token, asked });
}

/** How the token of a row is sent. */
function optionsOf(bench: Bench, row: EdgeCase): RedeemingOptions {
  const client =
    row.request?.client === 'assertion-replayed' ? demanded(CREDENTIALS['assertion-replayed'](bench, '')) : undefined;
  return {
    ...{ edits: row.request, client, bare: row.requires?.includes('dpop-required') ?? false },
    url: row.meanwhile === 'other-node' ? bench.options.otherNode : undefined,
  };
}

interface Fired {
  readonly sent: Sent;
  readonly together: readonly Decision[];
}

async function fire(bench: Bench, row: EdgeCase, exchanges: Exchange[]): Promise<Fired> {
  const token = await mintRow(bench, row);
  const options = optionsOf(bench, row);
  const main = demanded(redeemingOf(bench, token, options));
  const patient = !row.expect.includes('429');
  if (row.meanwhile === 'nothing-at-once') {
    const both = await Promise.all(['at once', 'the case'].map((what) => redeem(bench, what, main, patient)));
    const sent = both[1] as Sent;
    exchanges.push(...both.map(({ exchange }) => exchange));
    return { sent, together: both.map(({ answer }) => decisionOf(answer)) };
  }
  await sendEarlier(bench, row, token, exchanges);
  await sendUsed(bench, row, main, options);
  if (row.meanwhile === 'expired-within-leeway') await sleep(UNTIL_EXPIRED);
  if (row.meanwhile === 'restart') await bench.restart?.();
  const sent = await redeem(bench, 'the case', main, patient);
  exchanges.push(sent.exchange);
  return { sent, together: [] };
}

/** What the server decided: about a token where it issues some, elsewhere about being let in. */
function decisionFor(row: EdgeCase, { sent }: Fired): Decision {
  const isToken =
    row.request?.at === undefined || row.request.at === 'other-ras' || row.request.at === 'token-endpoint-over-http';
  return isToken ? decisionOf(sent.answer) : entryOf(sent.answer);
}

/** A row about the documents of the server: nothing is sent. */
async function readMetadata(bench: Bench, row: EdgeCase): Promise<Played> {
  const { metadata, metadataUrl } = bench.target;
  if (!metadata) throw new Stop('not-run', 'The metadata of the server were not found; say issuer or mcp.');
  const answer = { status: 200, headers: {}, text: JSON.stringify(metadata), json: metadata, milliseconds: 0 };
  const sentForm = { method: 'GET', url: String(metadataUrl), headers: {}, form: [] };
  const exchange: Exchange = {
    what: 'the metadata',
    sent: sentForm,
    got: { status: 200, headers: {}, body: metadata },
    milliseconds: 0,
  };
  const decision = { kind: 'granted', code: 'ok', status: 200, found: 'published its metadata' } as const;
  const sent: Sent = { answer, exchange, token: '', form: [] };
  const scene = { bench, row, sent, decision, together: [], visits: [], keyFetches: 0, nextGranted: true };
  return { decision, looked: await lookAt(scene), exchanges: [exchange] };
}

async function play(bench: Bench, row: EdgeCase, exchanges: Exchange[]): Promise<Played> {
  if (row.request?.at === 'metadata') return readMetadata(bench, row);
  bench.canary.visits();
  const before = await bench.idp.fetches();
  const lack = await staged(bench, row);
  if (lack !== undefined) throw new Stop('not-run', lack);
  const shots: Exchange[] = [];
  const shoot = () => {
    shots.length = 0;
    return fire(bench, row, shots);
  };
  const fired = await awaitFetch(bench, row, shoot, (one) => fits(row, decisionFor(row, one)));
  exchanges.push(...shots);
  if (!fired)
    throw new Stop(
      'not-run',
      'The server did not fetch the key set meanwhile, so that it never met what the case is about.',
    );
  const decision = decisionFor(row, fired);
  const { keys } = await bench.idp.fetches();
  await restored(bench, row);
  const twin = await sendGood(bench, 'a good one after it');
  const next = decisionOf(twin.answer);
  // Not before the good twin was answered: some servers ask the address only after they have refused the token.
  const visits = bench.canary.visits();
  if (next.kind !== 'granted') exchanges.push(twin.exchange);
  const scene = {
    bench,
    row,
    visits,
    ...fired,
    decision,
    keyFetches: keys - before.keys,
    nextGranted: next.kind === 'granted',
  };
  return { decision, looked: await lookAt(scene), exchanges, twin: next };
}

/** Plays a case. Whatever goes wrong is in what comes back. */
export async function playCase(bench: Bench, row: EdgeCase): Promise<Played> {
  const exchanges: Exchange[] = [];
  try {
    return await play(bench, row, exchanges);
  } catch (error) {
    const why = (error as Error).message;
    const known = error instanceof IdpRefusal || error instanceof HostRefusal;
    if (!known && !(error instanceof Stop)) throw error;
    await restored(bench, row);
    const status = error instanceof Stop ? error.status : 'not-run';
    return { looked: [], exchanges, problem: { status, why: known ? `It cannot be made here: ${why}` : why } };
  }
}
