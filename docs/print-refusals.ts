/** docs/refusals.md: what becomes of every kind of request in the catalogue, and which tests prove it. */
import type { CatalogueRow, Result } from '../test/support/idp-catalogue.js';
import { code, document, PRINTED, table } from './print-markdown.js';
import { type AnyRule, wireWords } from './print-wire.js';

/** What the document is printed from. */
export interface Refusals {
  readonly catalogue: readonly CatalogueRow[];
  readonly rules: readonly AnyRule[];
  /** Names of the test files in whose titles the id stands. */
  readonly testsOf: (id: string) => readonly string[];
}

const INTRODUCTION = `The token endpoint of an identity provider must grant some requests and refuse many more. This
is our list of them: one row for each kind of request, with what this org answers, and the tests that send it. It
covers the exchange of a subject token for an ID-JAG, and what stands around it: how the client authenticates, codes
and refresh tokens, the policy that an administrator sets. Last come the self-checks, which hold of every answer
whatever was asked.

The ids are ours: \`ix-…\` is a kind of request, \`iss-…\` a demand on what is issued. A test has the ids it proves in
its titles, and a test of the documents fails when an id that is judged stands in none.

- *request*: what is sent, and what is demanded of the answer.
- *level*: how strongly the drafts, the RFCs and Okta demand it, in the words of RFC 2119. \`E\`: either answer is
  right. \`profile\`: Okta alone demands it. \`proposal\`: a draft proposes it. \`-\`, \`n/a\`: nobody demands it.
- *result*: what profile \`okta\` does. Refused by the rule whose name is linked, with its status and error;
  [rules.md](rules.md) explains both. *Later*: the org cannot do what it would take.
- *draft*: what profile \`draft\` does, where that is something else.
- *test*: files below \`test/\` in the repository.`;

const HEADINGS: Readonly<Record<CatalogueRow['group'], string>> = {
  B0: 'Controls',
  B1: 'Client authentication',
  B2: 'Request form',
  B3: 'Audience, resource, scope',
  B4: 'Subject token: ID token',
  B5: 'Subject token: refresh token',
  B6: 'Subject token: SAML assertion',
  B7: 'Policy and configuration',
  B8: 'Codes, PKCE, authorization, refresh, DPoP',
  B9: 'Self-checks of every answer',
};
const GROUPS = Object.keys(HEADINGS) as CatalogueRow['group'][];

/** The results in words; the first of those that a row has is its own. */
const KINDS = {
  refused: 'refused',
  refusedAtDoor: 'refused at the door',
  accepted: 'accepted',
  held: 'held',
  notApplicable: 'not applicable',
  later: 'later',
} as const;
type Kind = keyof typeof KINDS;

const isOf = (kind: Kind) => (row: CatalogueRow) => kind in row.result;

function resultWords(result: Result, rules: readonly AnyRule[]): string {
  if ('later' in result) return `later: ${result.later}`;
  if (!('refused' in result)) {
    return Object.entries(result)
      .map(([kind, words]) => `${KINDS[kind as Kind]}: ${words}`)
      .join();
  }
  const rule = rules.find(({ name }) => name === result.refused) as AnyRule;
  return `[${code(rule.name)}](rules.md#${rule.name}), ${wireWords(rule, 'okta')}`;
}

/** An error by its name alone is code; anything else is words. */
const draftWords = (draft = '') => (/^[a-z]+(_[a-z]+)+$/.test(draft) ? code(draft) : draft);

function section(group: CatalogueRow['group'], { catalogue, rules, testsOf }: Refusals): readonly string[] {
  const rows = catalogue
    .filter((row) => row.group === group)
    .map(({ id, statement, level, result, draft }) => [
      ...[code(id), statement, level, resultWords(result, rules), draftWords(draft)],
      testsOf(id).join(', '),
    ]);
  return [`## ${HEADINGS[group]}`, table(['id', 'request', 'level', 'result', 'draft', 'test'], rows)];
}

/** How many rows of each result, and how many in all. */
function counts(rows: readonly CatalogueRow[]): readonly string[] {
  const kinds = Object.keys(KINDS) as Kind[];
  return [...kinds.map((kind) => rows.filter(isOf(kind)).length), rows.length].map((count) => String(count || ''));
}

function overview(catalogue: readonly CatalogueRow[]): string {
  const rows = GROUPS.map((group) => [HEADINGS[group], ...counts(catalogue.filter((row) => row.group === group))]);
  return table(['section', ...Object.values(KINDS), 'all'], [...rows, ['**all**', ...counts(catalogue)]]);
}

export function refusalsDocument(from: Refusals): string {
  const sections = GROUPS.flatMap((group) => section(group, from));
  const total = `## Overview\n\n${from.catalogue.length} ids:`;
  return document('# Refusals', PRINTED, INTRODUCTION, total, overview(from.catalogue), ...sections);
}
