/** What there is to say of a case, as labels with texts: what was sent, what came back, who demands what, and why. */
import type { Exchange, Result } from '../report.js';
import { decisive } from './views.js';
import { compact, cut, onOneLine } from './visible.js';

export type Fact = readonly [label: string, text: string];

/** Says what hides in the parameters anyway. */
const PLAIN_PARAMETERS: readonly string[] = ['grant_type', 'assertion'];

function sentFacts({ sent }: Exchange): readonly Fact[] {
  const { token, form } = sent;
  const parameters = form
    .filter(([name]) => !PLAIN_PARAMETERS.includes(name))
    .map(([name, value]) => `${name}=${value}`);
  return [
    ...(token
      ? ([
          ['Header', compact(token.header)],
          ['Claims', compact(token.claims)],
        ] as const)
      : []),
    ...(parameters.length > 0 ? ([['Form', parameters.join(' ')]] as const) : []),
  ];
}

/** `400 {"error":"invalid_grant"}`, or why nothing came. */
export function answerOf({ got, problem }: Exchange): string {
  const answer = got ? `${got.status} ${compact(got.body)}` : 'no answer';
  return problem === undefined ? answer : `${answer}: ${problem}`;
}

/** RFC 7523, Audience (MUST). */
export function requirementOf({ source, level }: Result): string {
  return `${source.join('; ')} (${level})`;
}

/** Each text on one line and at most so long. */
export function factsOf(result: Result, limit: number): readonly Fact[] {
  const exchange = decisive(result);
  const broken = result.looked.filter(({ outcome }) => outcome === 'broken');
  const facts: readonly Fact[] = [
    ['Sent', result.differs],
    ...(exchange ? [...sentFacts(exchange), ['Came back', answerOf(exchange)] as const] : []),
    ['Right', result.expect.join(' or ')],
    ...broken.map(({ check, demands, found }): Fact => ['Looked at', `${check}: ${found} Demanded: ${demands}`]),
    ['Requirement', requirementOf(result)],
    ['It matters', result.note],
    ...(result.hint === undefined ? [] : ([['Hint', result.hint]] as const)),
  ];
  return facts.map(([label, text]) => [label, cut(onOneLine(text), limit)]);
}

const WIDTH = 13;

/** One line a fact, the texts below each other. */
export function factLines(facts: readonly Fact[], indent = ''): string {
  return facts.map(([label, text]) => `${indent}${`${label}:`.padEnd(WIDTH)}${text}`).join('\n');
}
