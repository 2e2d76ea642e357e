/**
 * The flow as text for a terminal of a hundred columns: who calls whom, what is asked and what is answered. Secrets and
 * tokens are shortened; a token that is worth reading is shown decoded.
 */
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type Answer, methodOf, type Request } from './call.js';
import type { Scene, Step } from './step.js';

const COLUMNS = 100;

/** Never shown at all, and shown by their first characters only. */
const SECRETS = ['password'];
const TOKENS = ['sessionToken', 'code', 'code_verifier', 'id_token', 'access_token'];
const SENT_TOKENS = ['subject_token', 'client_assertion', 'assertion', 'Authorization'];

/** `eyJraWQ…(812 chars)`; the scheme of an Authorization header is no secret. */
function shorten(text: string, shown: number): string {
  return text.replace(/^((?:Basic|Bearer) )?(.*)$/s, (_, scheme = '', secret: string) => {
    return `${scheme}${secret.slice(0, shown)}…(${secret.length} chars)`;
  });
}

function valueText(name: string, value: unknown, width: number): string {
  if (SECRETS.includes(name)) return shorten(String(value), 0);
  if ([...TOKENS, ...SENT_TOKENS].includes(name)) return shorten(String(value), 7);
  return typeof value === 'object' ? json(value, width) : fold(String(value), width);
}

/** JSON on one line if it fits. */
function json(value: unknown, width: number): string {
  const line = JSON.stringify(value);
  return line.length <= width ? line : JSON.stringify(value, null, 2);
}

/** Lines broken at spaces. */
const fold = (text: string, width: number) => text.replace(new RegExp(`(.{1,${width}})( |$)`, 'g'), '$1\n').trimEnd();
const indent = (text: string, columns: number) => text.replace(/^/gm, ' '.repeat(columns));

/** Names to the left, values to the right, all indented. */
function rows(values: Readonly<Record<string, unknown>>, nameColumns = 24): string[] {
  const start = 5 + nameColumns;
  return Object.entries(values).map(([name, value]) => {
    const text = indent(valueText(name, value, COLUMNS - start), start);
    return `     ${name.padEnd(nameColumns)}${text.trimStart()}`;
  });
}

/** The tokens among these values that the step wants decoded. */
function decoded({ decodes = {} }: Step, values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(decodes).flatMap(([name, what]) => {
    const token = values[name];
    if (typeof token !== 'string') return [];
    return [`   In ${what}:`, ...rows({ header: decodeProtectedHeader(token), claims: decodeJwt(token) }, 7)];
  });
}

const underlined = (heading: string) => ['', heading, '─'.repeat(heading.length)];

/** A call as it goes out. */
export function requestText(step: Step, request: Request): string {
  const { authorization, parameters, url } = request;
  return [
    ...(step.heading === undefined ? [] : underlined(step.heading)),
    '',
    `${(step.number ?? '').padEnd(3)}${step.number ? ' ' : ''}${step.from} → ${step.to}: ${step.why}`,
    `   ${methodOf(request)} ${url}`,
    ...rows({ ...(authorization !== undefined && { Authorization: authorization }), ...parameters }),
    ...decoded(step, parameters),
  ].join('\n');
}

/** A call's answer; of a good one the members `shown`, of any other the whole. */
export function answerText(step: Step, answer: Answer, shown: Readonly<Record<string, unknown>>): string {
  const redirect = answer.to === undefined ? '' : `, a redirect to ${answer.to}`;
  return [
    ...(step.answerHeading === undefined ? [] : underlined(step.answerHeading)),
    '',
    `   ${step.to} → ${step.from}: ${answer.status}${redirect}`,
    ...rows(shown),
    ...decoded(step, shown),
  ].join('\n');
}

/** What happens while the call is under way. */
export function sceneText({ heading, lists }: Scene): string {
  const lines = Object.entries(lists).flatMap(([what, items]) => [
    '',
    `   ${what}`,
    indent(fold(items.join(', '), COLUMNS - 5), 5),
  ]);
  return [...underlined(heading), ...lines].join('\n');
}
