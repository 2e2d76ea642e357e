/** Judging, purely: what an answer says, whether that is what the case demands, and how bad it is if not. */
import { type EdgeCase, verdictOf } from '../edge-cases/edge-case.js';
import type { Looked, Status } from './report.js';
import type { Answer } from './wire.js';

/** What the server decided. `broken`: it did not decide in any way that a client could take for an answer. */
export interface Decision {
  readonly kind: 'granted' | 'refused' | 'broken';
  /** `ok`, the error code, or the HTTP status where there is none. */
  readonly code: string;
  readonly status: number;
  /** What came, as the rest of a sentence that begins with "It". */
  readonly found: string;
}

/** An error code; any other text may hold anything, also what no report repeats. */
const CODE = /^[\w.:/-]{1,60}$/;
const quoted = (error: string) => (CODE.test(error) ? JSON.stringify(error) : 'a text in place of an error code');

function silence(problem: string, status: number): Decision {
  return { kind: 'broken', code: 'none', status, found: `gave no answer: ${problem.replace(/\.$/, '')}` };
}

/** What the answer of a token endpoint says. RFC 6749 "Issuing an Access Token". */
export function decisionOf({ status, json, problem }: Answer): Decision {
  if (problem !== undefined) return silence(problem, status);
  const error = typeof json?.error === 'string' ? json.error : undefined;
  const granted = typeof json?.access_token === 'string' && json.access_token !== '';
  const broken = (found: string): Decision => ({ kind: 'broken', code: String(status), status, found });
  if (status >= 200 && status < 300) {
    if (granted && error === undefined)
      return { kind: 'granted', code: 'ok', status, found: 'granted an access token' };
    return broken(`answered with status ${status}, and without a token: a client takes that for a success`);
  }
  if (granted) return broken(`answered with status ${status}, and with an access token`);
  const code = error ?? String(status);
  const said = error === undefined ? `with status ${status} and no error code` : `with ${quoted(error)} (${status})`;
  if (status >= 500) return { kind: 'broken', code, status, found: `broke: it answered ${said}` };
  return { kind: 'refused', code, status, found: `refused ${said}` };
}

/** The same of an endpoint that issues no tokens: let in, or turned away. */
export function entryOf({ status, problem }: Answer): Decision {
  if (problem !== undefined) return silence(problem, status);
  const code = String(status);
  if (status >= 500) return { kind: 'broken', code, status, found: `broke: it answered with status ${status}` };
  if (status < 300) return { kind: 'granted', code: 'ok', status, found: `let it in (${status})` };
  return { kind: 'refused', code, status, found: `turned it away (${status})` };
}

/** The status that goes with an error code. RFC 6749 "Error Response"; a 401 instead is borne with a warning. */
const statusFits = ({ code, status }: Decision) => status === 400 || (code === 'invalid_client' && status === 401);

/** Whether the answer is among those that are right, by its code or by its status. */
export const isListed = ({ code, status }: Pick<Decision, 'code' | 'status'>, expect: readonly string[]) =>
  expect.includes(code) || expect.includes(String(status));

/** Whether it granted or refused, as the row has it. */
export function fits(row: Pick<EdgeCase, 'expect'>, { kind }: Decision): boolean {
  const verdict = verdictOf(row);
  return kind !== 'broken' && (verdict === 'either' || (kind === 'granted') === (verdict === 'accept'));
}

/** A 500 is no refusal, whatever code stands in its body: only a row that names the very status bears it. */
const isBorne = ({ status }: Decision, expect: readonly string[]) => status >= 500 && expect.includes(String(status));

/** Broken checks and those that nobody could look at. */
const ofOutcome = (looked: readonly Looked[], outcome: Looked['outcome']) =>
  looked.filter((one) => one.outcome === outcome).map(({ found }) => found);

export interface Judged {
  readonly status: Status;
  readonly why: string;
}

const listed = (expect: readonly string[]) =>
  expect.map((one) => (one === 'ok' ? 'an access token' : one)).join(' or ');

/** What a wrong decision comes to: a failure where it is demanded, else a warning. */
function wrong({ level }: Pick<EdgeCase, 'level'>, demanded: boolean): Status {
  return level === 'MUST' || demanded ? 'fail' : 'warn';
}

function judgedDecision(row: EdgeCase, decision: Decision, demanded: boolean): Judged {
  const { expect } = row;
  const verdict = verdictOf(row);
  const found = `It ${decision.found}`;
  const should = `expected: ${listed(expect)}`;
  if (decision.kind === 'broken') {
    return isBorne(decision, expect)
      ? { status: 'pass', why: `${found}.` }
      : { status: 'fail', why: `${found}; ${should}.` };
  }
  const granted = decision.kind === 'granted';
  if (!fits(row, decision)) {
    return { status: wrong(row, demanded), why: `${found}; ${should}.` };
  }
  if (!isListed(decision, expect))
    return {
      status: 'warn',
      why: `${found}, which is right; but the error is to be ${listed(expect.filter((one) => one !== 'ok'))}.`,
    };
  if (!granted && !expect.includes(String(decision.status)) && !statusFits(decision)) {
    return {
      status: 'warn',
      why: `${found}, which is right; but a client expects that error with another HTTP status.`,
    };
  }
  return { status: verdict === 'either' ? 'either' : 'pass', why: `${found}.` };
}

/**
 * What a case comes to.
 * @param row with the answers that are demanded here
 * @param looked what the answer was looked at for besides
 * @param demanded the user demands this answer, whatever level the sources have it at
 */
export function judge(row: EdgeCase, decision: Decision, looked: readonly Looked[], demanded = false): Judged {
  const judged = judgedDecision(row, decision, demanded);
  const broken = ofOutcome(looked, 'broken');
  if (judged.status === 'fail' || broken.length === 0) {
    const unseen = ofOutcome(looked, 'not-looked-at');
    if (['fail', 'warn'].includes(judged.status) || unseen.length === 0) return judged;
    return { status: 'not-run', why: `${judged.why} That is as it should be, but not all of it: ${unseen.join(' ')}` };
  }
  return { status: wrong(row, demanded), why: `${judged.why} But: ${broken.join(' ')}` };
}
