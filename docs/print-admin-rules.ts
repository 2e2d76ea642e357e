/** docs/admin-rules.md: what an AI agent must have, what the guide advises, and who may use the APIs. */
import { API_RULES } from '../src/http/api-access.js';
import { CONTROL_RULES } from '../src/http/control-access.js';
import { ACTIVATION_ROWS, COMPLETION_ROWS, type TabRow } from '../src/registry/activation.js';
import { ADVICE_ROWS } from '../src/registry/advice.js';
import { code, document, PRINTED, sourceWords, table } from './print-markdown.js';

const INTRODUCTION = `The rules of the administrator's side. Whether an exchange is granted is decided by
[rules.md](rules.md) alone; readiness (\`GET /_mock/agents/{id}/readiness\`) shows both.`;

const tabs = (rows: readonly TabRow[]) =>
  table(
    ['tab', 'rule', 'demands', 'source', 'sure'],
    rows.map(({ tab, name, demands, source }) => [tab, code(name), demands, sourceWords(source), source.certainty]),
  );

const advice = () =>
  table(
    ['rule', 'advises', 'source'],
    ADVICE_ROWS.map(({ name, advises, source }) => [code(name), advises, sourceWords(source)]),
  );

const access = (rules: readonly { readonly name: string; readonly demands: string; readonly error: string }[]) =>
  table(
    ['rule', 'demands', 'errorCode'],
    rules.map(({ name, demands, error }) => [code(name), demands, code(error)]),
  );

export function adminRulesDocument(): string {
  return document(
    ...['# Rules for administrators', PRINTED, INTRODUCTION],
    ...['## Activation', 'An AI agent is activated when all of these hold, and keeps them while it is active.'],
    tabs(ACTIVATION_ROWS),
    ...['## What may be added later', 'Without these the tick stays hollow.', tabs(COMPLETION_ROWS)],
    ...[
      '## Advice',
      'For a custom SAML application that an agent is connected to: a red tick, never a refusal.',
      advice(),
    ],
    ...['## Who may use the management API', 'In the order in which refusals win.', access(API_RULES)],
    ...['## Who may use the routes below `/_mock`, health excepted', 'In the same order.', access(CONTROL_RULES)],
  );
}
