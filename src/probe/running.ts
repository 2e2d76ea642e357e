/** A run from beginning to end: preflight, the cases in their order, and the report. Yields each result as it comes. */
import { type EdgeCase, verdictOf } from '../edge-cases/edge-case.js';
import { whyNot } from './applicable.js';
import { baselineReport, dayOf, withBaseline } from './baseline.js';
import type { Bench } from './bench.js';
import { CONFORMANCE_IDS } from './conformance.js';
import { hintFor } from './hints.js';
import { type Played, playCase } from './playing.js';
import { preflight, setupOf } from './preflight.js';
import { sendGood } from './redeeming.js';
import { REPORT_VERSION, type Report, type Result, type Step } from './report.js';
import { type Case, selected } from './selection.js';
import { summarized } from './summary.js';
import { tryFor } from './try-for.js';
import { decisionOf, judge } from './verdict.js';
import { inOrder, phaseOf } from './waits.js';

/** After so many cases in a row whose good twin was refused, the server is taken for broken. */
const MOST_ERRORS = 5;
/** How long the server is waited for to fetch the keys that were published for the cases, and how often it is asked. */
const LONGEST_FETCH = 45_000;
const PAUSE = 1000;

type Told = Pick<Result, 'status' | 'why' | 'looked' | 'exchanges'>;

/** Of what lasts the twin suffers as well: that is what the case is about. A key set stays with the server for a while. */
const lasts = (row: EdgeCase) => row.checks?.includes('next-good-one-accepted') || phaseOf(row) === 'strange';

function toldOf({ row, demanded }: Case, { decision, looked, exchanges, twin, problem }: Played): Told {
  const told = { looked: [...looked], exchanges: [...exchanges] };
  if (problem) return { ...problem, ...told };
  const { kind, found } = decision as NonNullable<typeof decision>;
  // The twin first: a server that takes no good token right now may have refused, or broken, for that.
  if (kind !== 'granted' && twin !== undefined && twin.kind !== 'granted' && !lasts(row)) {
    const why = `It ${found}; but the good token right after it was not granted either: the server ${twin.found}. So nothing is known.`;
    return { status: 'error', why, ...told };
  }
  return { ...judge(row, decision as NonNullable<typeof decision>, looked, demanded), ...told };
}

function resultOf(one: Case, told: Told, seconds: number): Result {
  const { name, group, level, severity, expect, source, differs, note } = one.row;
  const hint = ['fail', 'warn', 'either'].includes(told.status) ? hintFor(name) : undefined;
  const conformance = CONFORMANCE_IDS[name];
  return {
    ...{ name, group, level, severity, verdict: verdictOf(one.row), expect, source, differs, note },
    ...(conformance && { conformance: [...conformance] }),
    ...told,
    ...(hint !== undefined && { hint }),
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

const notRun = (why: string): Told => ({ status: 'not-run', why, looked: [], exchanges: [] });

/** A good token by a key that is published for the cases. */
const sendNewcomer = async (bench: Bench) =>
  sendGood(bench, 'to make it fetch', await bench.idp.mint({ sign: 'newcomer' }));

/** Sends good tokens until the server has fetched the key set again. @returns whether it has */
const fetchesAgain = (bench: Bench, before: number, longest = LONGEST_FETCH): Promise<boolean> =>
  tryFor(longest, PAUSE, async () => {
    await sendNewcomer(bench);
    return (await bench.idp.fetches()).keys > before;
  });

/**
 * Publishes at once every key that a case needs, and sends good tokens until the server has fetched them: one fetch serves
 * all of them. Keys of an unknown kind come with it where a case is about those.
 */
async function publishOddKeys(bench: Bench, rows: readonly EdgeCase[]): Promise<void> {
  const { idp, learnt } = bench;
  const signers = rows.flatMap(({ idp: edits }) => [edits?.publish, edits?.publishLate, edits?.withdraw].flat());
  const named = [...new Set(signers.filter((one) => one !== undefined))];
  await idp.publish([...new Set([...named, 'newcomer'])]);
  await idp.meet(rows.some((row) => phaseOf(row) === 'strange') ? [{ fault: { jwks: 'foreign-members' } }] : []);
  const before = (await idp.fetches()).keys;
  // It may have kept its keys from an earlier run: anew, it fetches them.
  await bench.restart?.();
  // A server that has not fetched the key set by now has its keys from elsewhere, or fetches at once.
  learnt.oddKeys = await fetchesAgain(bench, before, before === 0 ? 0 : LONGEST_FETCH);
}

/** Keys of an unknown kind go; a server that they cost the others has to fetch those without them. */
async function withoutStrangers(bench: Bench): Promise<void> {
  const { idp, learnt } = bench;
  await idp.meet([]);
  const before = (await idp.fetches()).keys;
  if (!learnt.oddKeys || decisionOf((await sendNewcomer(bench)).answer).kind === 'granted') return;
  await bench.restart?.();
  learnt.oddKeys = await fetchesAgain(bench, before);
}

const NEVER_FETCHED =
  'The server did not fetch the key set again when it met a key that was new: what it makes of such a key is not known.';

/** What is noted about a case for those that come after it. */
function learn({ learnt }: Bench, { row }: Case, { decision }: Played): void {
  if (row.name === 'either-replay-same-client' && decision) learnt.singleUse = decision.kind === 'refused';
}

async function one(bench: Bench, item: Case): Promise<Result> {
  const began = performance.now();
  const reason = whyNot(item.row, bench);
  const isLate = ['strange', 'odd'].includes(phaseOf(item.row)) && item.row.name !== 'ok-second-key-after-rotation';
  const why = reason ?? (isLate && !bench.learnt.oddKeys ? NEVER_FETCHED : undefined);
  if (why !== undefined) return resultOf(item, notRun(why), 0);
  const played = await playCase(bench, item.row);
  learn(bench, item, played);
  return resultOf(item, toldOf(item, played), (performance.now() - began) / 1000);
}

/** The cases, one after the other; the rest is not run once the server takes no good token any more. */
async function* fired(bench: Bench, cases: readonly Case[]): AsyncGenerator<Result, void> {
  const byName = new Map(cases.map((item) => [item.row.name, item]));
  const rows = inOrder(cases.map(({ row }) => row));
  // What is to be withdrawn has to be there first, also for a case that waits.
  const needsKeys = (row: EdgeCase) =>
    ['strange', 'odd', 'cached'].includes(phaseOf(row)) || row.idp?.withdraw !== undefined;
  const odd = rows.filter((row) => needsKeys(row) && !whyNot(row, bench));
  let published = false;
  let errors = 0;
  for (const row of rows) {
    const item = byName.get(row.name) as Case;
    if (errors >= MOST_ERRORS) {
      yield resultOf(
        item,
        notRun(`The server refused good tokens after ${MOST_ERRORS} cases in a row, and was left alone.`),
        0,
      );
      continue;
    }
    if (!published && odd.length > 0 && !['controls', 'ordinary'].includes(phaseOf(row))) {
      published = true;
      await publishOddKeys(bench, odd);
    }
    const result = await one(bench, item);
    if (phaseOf(row) === 'strange') await withoutStrangers(bench);
    errors = result.status === 'error' ? errors + 1 : result.status === 'not-run' ? errors : 0;
    yield result;
  }
}

/** What a run begins with. */
export interface Begun {
  readonly bench: Bench;
  readonly rows: ReadonlyMap<string, EdgeCase>;
  /** Steps of the discovery. */
  readonly discovered: readonly Step[];
  readonly version: string;
  readonly began: Date;
}

const observedOf = (results: readonly Result[]) =>
  results
    .filter(({ status }) => status === 'either')
    .map(({ name, differs, why }) => ({ what: name, seen: `${differs} ${why}` }));

function reportOf({ bench, rows, began, version }: Begun, steps: readonly Step[], results: readonly Result[]): Report {
  const { options, target, wire } = bench;
  const today = dayOf(began);
  const baseline = baselineReport(options.baseline, results, new Set(rows.keys()), today);
  return {
    version: REPORT_VERSION,
    tool: { name: 'mock-okta-xaa', version },
    began: began.toISOString(),
    seconds: Math.round((Date.now() - began.getTime()) / 100) / 10,
    requests: wire.count(),
    target: {
      ...{ tokenEndpoint: target.tokenEndpoint, issuer: target.issuer },
      ...(target.mcp !== undefined && { mcp: target.mcp }),
      ...{ clientId: options.client.id, authentication: options.client.authentication },
    },
    setup: setupOf(bench),
    settings: { ...options.settings, patience: options.patience / 1000, restart: options.restartCommand !== undefined },
    preflight: [...steps],
    observed: observedOf(results),
    results: [...results],
    failOn: options.failOn,
    ...(baseline && { baseline }),
    ...summarized(results, steps, options.failOn),
  };
}

/** Carries it out. Yields results, and returns the report. */
export async function* run(begun: Begun): AsyncGenerator<Result, Report> {
  const { bench, rows, discovered, began } = begun;
  const { options, idp } = bench;
  const results: Result[] = [];
  const steps = [...discovered, ...(await preflight(bench))];
  try {
    if (steps.at(-1)?.outcome === 'ok') {
      const today = dayOf(began);
      for await (const result of fired(bench, selected(rows.values(), options, today))) {
        results.push(withBaseline(result, options.baseline, today));
        yield results.at(-1) as Result;
      }
    }
  } finally {
    await idp.tidy();
  }
  return reportOf(begun, steps, results);
}
