/** Plays the flow step by step and says how it ended. */
import { decodeJwt } from 'jose';
import { type Answer, send } from './call.js';
import { answerText, requestText, sceneText } from './print.js';
import { type Stage, setStage } from './stage.js';
import { type Known, NOTHING_YET, type Step } from './step.js';
import { stepsOn } from './steps.js';

type Print = (text: string) => void;

function opening({ okta, figma }: Stage, login: string): string {
  return [
    'Cross App Access, call by call',
    '',
    `   Okta    ${okta}   the mock org with the example org file`,
    `   Figma   ${figma.issuer}   the example resource application, MCP server at /mcp`,
    `   Claude  this program, at the service of ${login}`,
  ].join('\n');
}

/** Whether the user whom the MCP server names is the one who signed in; with the sentence that says so. */
export function conclusion({ idToken, named }: Pick<Known, 'idToken' | 'named'>): { good: boolean; sentence: string } {
  const { sub, email } = decodeJwt<{ email: string }>(idToken);
  const good = named.sub === sub && named.email === email;
  const sentence = good
    ? `Done: ${email} signed in at Okta once, and Figma's MCP server knows who is asking.`
    : `Wrong: ${email} (${sub}) signed in at Okta, but Figma's MCP server names ${named.email} (${named.sub}).`;
  return { good, sentence };
}

function disappointment({ to }: Step, { status, body }: Answer): string {
  return `Stopped: ${to} answered the last call with ${status} ${body.error ?? body.errorCode}.`;
}

/** Takes the steps in turn. Resolves with what is known in the end, or with the sentence that says where it stopped. */
async function take(steps: readonly Step[], print: Print): Promise<Known | string> {
  let known = NOTHING_YET;
  for (const step of steps) {
    const request = await step.request(known);
    print(requestText(step, request));
    const answer = await send(request);
    const reading = step.read(answer.body);
    if (step.outOfSight) print(sceneText(step.outOfSight()));
    print(answerText(step, answer, reading?.shown ?? answer.body));
    if (!reading) return disappointment(step, answer);
    known = { ...known, ...reading.learned };
  }
  return known;
}

async function play(print: Print, login: string): Promise<boolean> {
  const stage = await setStage();
  try {
    print(opening(stage, login));
    const end = await take(stepsOn(stage, login), print);
    const { good, sentence } = typeof end === 'string' ? { good: false, sentence: end } : conclusion(end);
    print(`\n${sentence}`);
    return good;
  } finally {
    await stage.close();
  }
}

/**
 * Starts the org and the resource application, plays the whole flow and closes them again.
 * @param print takes the text, a piece of one or more lines at a time
 * @param login who signs in; the example org file says who may reach what
 * @returns whether the MCP server named, in the end, the user who signed in
 */
export async function runDemo(print: Print, login = 'alice@example.com'): Promise<boolean> {
  return play(print, login).catch((error: Error) => {
    print(`\nThe demo broke off: ${error.message}`);
    return false;
  });
}
