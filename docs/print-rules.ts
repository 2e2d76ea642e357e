/** docs/rules.md: every rule, what it demands, how a refusal by it looks, and where it comes from. */
import type { Certainty } from '../src/protocol/sources.js';
import { code, document, PRINTED, sourceWords, table } from './print-markdown.js';
import { type AnyRule, wireWords } from './print-wire.js';
import type { Table } from './tables.js';

const INTRODUCTION = `Every refusal of the org is a rule: one demand on a request, which holds or is broken. The order
of the rows in a table is the order in which refusals win: the first rule that is broken makes the answer. A request
meets the tables that concern it, in the order of this page; of the grants, only the one it asks for. A rule whose
facts are missing is not asked: who sends no \`scope\` does not hear that it is malformed.

Status and error are Okta's, the texts that go with them are ours. *Okta's reason* is the internal name that the
System Log has in \`outcome.reason\`; rules may share one, so the log has the name of the rule, too, in
\`debugContext.debugData.rule\`.`;

const COLUMNS = `*On the wire* is what profile \`okta\` answers, and *draft* what profile \`draft\` answers where that
is another status or error; [profiles.md](profiles.md) has the differences. Some rules demand another thing in
\`draft\`, and say so.

- \`errorCode: …\`: the body has the shape of Okta's management API (\`errorCode\`, \`errorSummary\`, …). Its status
  is 400 instead when the request brought no credential.
- *page*: the error is shown to the user, for nobody knows yet whether the redirect URI can be trusted.
- *redirect*: the error is sent to the redirect URI, and has no status of its own.`;

const CERTAINTY: Readonly<Record<Certainty, string>> = {
  documented: 'Okta publishes it, or the standard that is cited',
  captured: 'seen on the wire of a real org',
  inferred: 'worked out from what is documented or captured',
  ours: 'our own decision; nothing says what Okta does',
};

function certainties(): string {
  const words = Object.entries(CERTAINTY).map(([name, meaning]) => `- *${name}*: ${meaning}.`);
  return ['*Sure* says how we know it:', '', ...words].join('\n');
}

const HEAD = ['rule', 'demands', "Okta's reason", 'on the wire', 'draft', 'source', 'sure'];

/** The row of a rule; other documents link to its name. */
function row(rule: AnyRule): readonly string[] {
  const [okta, draft] = [wireWords(rule, 'okta'), wireWords(rule, 'draft')];
  return [
    `<a id="${rule.name}"></a>${code(rule.name)}`,
    ...[rule.demands, code(rule.reason), okta, draft === okta ? '' : draft],
    ...[sourceWords(rule.source), rule.source.certainty],
  ];
}

export function rulesDocument(tables: readonly Table[]): string {
  const sections = tables.flatMap(({ title, about, rules }) => [`## ${title}`, about, table(HEAD, rules.map(row))]);
  return document('# Rules', PRINTED, INTRODUCTION, COLUMNS, certainties(), ...sections);
}
