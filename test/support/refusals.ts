/** What every refusal of the token endpoint must look like, on the wire and in the System Log, by the rule that made it. */
import type { Test } from 'tap';
import { CLIENT_RULES } from '../../src/grants/client-rules.js';
import { TOKEN_ENDPOINT_RULES } from '../../src/grants/token-endpoint.js';
import { PROFILES, type Profile } from '../../src/protocol/profile.js';
import type { Reason } from '../../src/protocol/reasons.js';
import type { Rule } from '../../src/protocol/rule.js';
import { wireOf } from '../../src/protocol/wire.js';
import { type CatalogueRow, IDP_CATALOGUE } from './idp-catalogue.js';
import type { Answer, TestOrg } from './org.js';

const { rate, form, grant, grantTypes } = TOKEN_ENDPOINT_RULES;

/** Every rule of the token endpoint. */
// biome-ignore lint/suspicious/noExplicitAny: rules over facts of every kind
export const TOKEN_RULES: readonly Rule<any>[] = [
  ...new Set([...rate, ...form, ...CLIENT_RULES, ...grant, ...grantTypes.flatMap((one) => one.rules)]),
];

/** Row of a table of refusals: a title (with the catalogue's id where it has one), the rule, and how it is broken. */
export interface Row<C> {
  readonly title: string;
  readonly rule: string;
  readonly breakIt: (context: C) => Promise<Answer>;
}

const CATALOGUE = new Map(IDP_CATALOGUE.map((row) => [row.id, row]));

/** The catalogue's rows that a title names by their ids. @throws when there is no such row */
export function cataloguedIn(title: string): readonly CatalogueRow[] {
  return [...title.matchAll(/\b(?:ix|iss)-[a-z0-9-]*[a-z0-9]/g)].map(([id]) => {
    const row = CATALOGUE.get(id);
    if (!row) throw new Error(`the catalogue has no ${id}`);
    return row;
  });
}

/** The name of a test that proves rows of the catalogue: each id with its statement, and what this test is about. */
export function named(title: string): string {
  const rows = cataloguedIn(title);
  const [, about] = /^[^:]*: (.*)$/s.exec(title) ?? [];
  const statements = rows.map(({ id, statement }) => `${id}: ${statement}`).join(' ');
  return rows.length === 0 ? title : `${statements}${about === undefined ? '' : ` (${about})`}`;
}

/** Asserts that the catalogue names this rule for the ids that the title has. */
export function assertCatalogued(t: Test, rule: string, title = ''): void {
  for (const { id, result } of cataloguedIn(title)) {
    if ('refused' in result) t.equal(rule, result.refused, `${id} is refused by the rule that the catalogue names`);
  }
}

/** Runs a table of refusals; where a row is of the catalogue, the catalogue must name the same rule. */
export async function runRows<R extends { title: string; rule: string }>(
  t: Test,
  rows: readonly R[],
  run: (t: Test, row: R) => Promise<void>,
): Promise<void> {
  for (const row of rows) {
    await t.test(`${row.rule} | ${named(row.title)}`, async (t) => {
      assertCatalogued(t, row.rule, row.title);
      await run(t, row);
    });
  }
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

/** Asserts that the token endpoint refused by that rule, on the wire as the profile has it, and in the log. */
export async function assertRefused(
  t: Test,
  org: TestOrg,
  answer: Answer,
  name: string,
  profile: Profile = PROFILES.okta,
): Promise<void> {
  const rule = TOKEN_RULES.find((one) => one.name === name);
  if (!rule) return t.fail(`there is no rule ${name}`) as never;
  assertBody(t, answer, wireOf(rule, profile));
  assertNotCached(t, answer);
  const [event] = await eventsOf(org, answer);
  t.match(event?.eventType, /^app\.oauth2\.(as\.)?token\.grant$/);
  t.same(event?.outcome, { result: 'FAILURE', reason: rule.reason });
  t.equal(event?.debugContext.debugData.rule, name);
}
