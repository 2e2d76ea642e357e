/** What every refusal of the token endpoint must look like, on the wire and in the System Log, by the rule that made it. */
import type { Test } from 'tap';
import { CLIENT_RULES } from '../../src/grants/client-rules.js';
import { TOKEN_ENDPOINT_RULES } from '../../src/grants/token-endpoint.js';
import { REASONS, type Reason } from '../../src/protocol/reasons.js';
import type { Rule } from '../../src/protocol/rule.js';
import type { Answer, TestOrg } from './org.js';

const { form, grant, grantTypes } = TOKEN_ENDPOINT_RULES;

/** Every rule of the token endpoint. */
// biome-ignore lint/suspicious/noExplicitAny: rules over facts of every kind
export const TOKEN_RULES: readonly Rule<any>[] = [
  ...form,
  ...CLIENT_RULES,
  ...grant,
  ...grantTypes.flatMap((one) => one.rules),
];

/** Row of a table of refusals: a title (with the catalogue's id where it has one), the rule, and how it is broken. */
export interface Row<C> {
  readonly title: string;
  readonly rule: string;
  readonly breakIt: (context: C) => Promise<Answer>;
}

/** Asserts that the tables name every rule, and no rule that does not exist. */
export function assertComplete(t: Test, rules: readonly { name: string }[], rows: readonly { rule: string }[]): void {
  t.same([...new Set(rows.map((row) => row.rule))].sort(), rules.map((rule) => rule.name).sort());
}

export function assertNotCached(t: Test, { headers }: Answer): void {
  t.equal(headers.get('cache-control'), 'no-cache, no-store');
  t.equal(headers.get('pragma'), 'no-cache');
  t.equal(headers.get('expires'), '0');
  t.match(headers.get('content-type'), /^application\/json/);
}

function assertBody(t: Test, { status, body, text }: Answer, reason: Reason): void {
  if (reason.shape === 'management') {
    const keys = ['errorCode', 'errorSummary', 'errorLink', 'errorId', 'errorCauses'];
    t.same(Object.keys(body), keys);
    t.match(body, { errorCode: reason.error, errorSummary: reason.text, errorLink: reason.error, errorCauses: [] });
    t.ok(status === 400 || status === reason.status);
    return;
  }
  t.equal(status, reason.status);
  t.equal(text, JSON.stringify({ error: reason.error, error_description: reason.text }));
}

/** The System Log's events of one request. */
export async function eventsOf(org: TestOrg, answer: Answer) {
  const id = answer.headers.get('x-okta-request-id');
  return (await org.events(`q=${id}`)).filter((event) => event.transaction.id === id);
}

/** Asserts that the token endpoint refused by that rule, on the wire and in the log. */
export async function assertRefused(t: Test, org: TestOrg, answer: Answer, name: string): Promise<void> {
  const rule = TOKEN_RULES.find((one) => one.name === name);
  if (!rule) return t.fail(`there is no rule ${name}`) as never;
  assertBody(t, answer, REASONS[rule.reason]);
  assertNotCached(t, answer);
  const [event] = await eventsOf(org, answer);
  t.match(event?.eventType, /^app\.oauth2\.(as\.)?token\.grant$/);
  t.same(event?.outcome, { result: 'FAILURE', reason: rule.reason });
  t.equal(event?.debugContext.debugData.rule, name);
}
