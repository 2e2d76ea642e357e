/** Before any case: is the server there, does it know the client, does it trust the identity provider, does it grant a good token? */
import { setTimeout as sleep } from 'node:timers/promises';
import { callMcp, subjectOf } from './access-token.js';
import { type Bench, type Members, type Sent, secondsNow } from './bench.js';
import { type Redeeming, redeem, redeemingOf, sendGood } from './redeeming.js';
import type { Setup, Step } from './report.js';
import { decisionOf } from './verdict.js';
import type { Answer } from './wire.js';

const PAUSE = 2000;

/** What the server is to be configured with. */
export function setupOf({ idp, target, options, given }: Pick<Bench, 'idp' | 'target' | 'options' | 'given'>): Setup {
  const { sub, email } = options.user;
  const other = options.otherUser;
  return {
    ...{ issuer: idp.issuer, discovery: `${idp.issuer}/.well-known/openid-configuration` },
    ...{ jwksUri: `${idp.issuer}/oauth2/v1/keys`, algorithm: 'RS256', audience: target.issuer },
    clientId: options.client.id,
    users: [
      { sub, ...(email !== undefined && { email }) },
      ...(other ? [{ sub: other.sub, ...(other.email !== undefined && { email: other.email }) }] : []),
    ],
    scopes: target.scope?.split(' ') ?? [],
    ...(target.resource !== undefined && { resource: target.resource }),
    ...(given.otherIssuer !== undefined && { otherIssuer: given.otherIssuer }),
  };
}

/** What came, as the report shows it: an answer may repeat what is secret. */
function said({ answer: { status }, exchange }: Sent): string {
  const body = exchange.got?.body;
  if (typeof body === 'string') return `${status} ${body}`.trim();
  const { error, error_description: description } = body as Members;
  return [status, error, description]
    .filter((one) => one !== undefined)
    .map(String)
    .join(' ');
}

interface Seen {
  readonly answer: Answer;
  readonly keys: number;
  readonly discovery: number;
}

/** Seconds by which the clock of the server differs, as its answers tell. */
const clockApart = ({ headers }: Answer) => Math.abs(Math.round(Date.parse(headers.date ?? '') / 1000) - secondsNow());

/** The likely cause of a good token that is refused, by what the server asked of the identity provider. A list. */
const CAUSES: readonly { readonly when: (seen: Seen) => boolean; readonly cause: string; readonly advice: string }[] = [
  {
    when: ({ answer }) => answer.problem !== undefined,
    cause: 'The token endpoint did not answer.',
    advice: 'Is it running, and is that its address?',
  },
  {
    when: ({ answer }) => answer.status >= 500,
    cause: 'The server broke over a good token, or what stands before it did.',
    advice: 'Look in its log: there is an error that nobody caught. Can it reach the identity provider?',
  },
  {
    when: ({ answer }) => answer.json?.error === 'invalid_client' || (answer.status === 401 && !answer.json?.error),
    cause: 'The server does not take the client: its id, its secret or key, or the way it authenticates.',
    advice: 'Register the client at your server, and say its id and secret as they are there.',
  },
  {
    when: ({ answer }) => ['unsupported_grant_type', 'unauthorized_client'].includes(String(answer.json?.error)),
    cause: 'The JWT bearer grant is off, at the server or for this client.',
    advice: 'Switch it on for both.',
  },
  {
    when: ({ answer }) => answer.status === 404 || answer.status === 405,
    cause: 'There is no token endpoint at that address.',
    advice: 'Say tokenEndpoint as your server has it.',
  },
  {
    when: ({ answer }) => clockApart(answer) > 60,
    cause: 'The clock of the server differs from the one here by more than a minute.',
    advice: 'Set the clocks: an ID-JAG lives five minutes.',
  },
  {
    when: ({ answer }) => answer.json?.error === 'invalid_target',
    cause: 'The server does not serve the resource that the token names.',
    advice: 'Say resource as your server knows it.',
  },
  {
    when: ({ answer }) => answer.json?.error === 'invalid_scope',
    cause: 'The server does not know the scopes of the token.',
    advice: 'Say scope as your server knows them.',
  },
  {
    when: ({ keys, discovery }) => keys === 0 && discovery === 0,
    cause:
      'The server asked nothing of the identity provider: it does not trust that issuer, cannot reach it, or has its keys from before.',
    advice:
      'Make it trust the issuer, to the letter. If it runs elsewhere (a container, another machine), say publicUrl. If it was probed before, start it anew: then this says more.',
  },
  {
    when: ({ keys }) => keys === 0,
    cause: 'The server read the discovery document, and never fetched the key set.',
    advice: 'Can it reach jwks_uri? Does it demand https, or another member of the document?',
  },
  {
    when: () => true,
    cause:
      'The server has the keys, and refuses what the token says: audience, client_id, user, or a claim that it needs besides.',
    advice: 'Hold the decoded token against what your server expects; its own log says more.',
  },
];

async function goodToken(bench: Bench): Promise<Step> {
  const before = await bench.idp.fetches();
  const until = Date.now() + bench.options.wait;
  let sent = await sendGood(bench, 'a good one');
  while (decisionOf(sent.answer).kind !== 'granted' && Date.now() < until) {
    await sleep(PAUSE);
    sent = await sendGood(bench, 'a good one');
  }
  const { keys, discovery } = await bench.idp.fetches();
  const step = 'A good token is granted';
  const { answer, exchange } = sent;
  if (decisionOf(answer).kind === 'granted') return { step, outcome: 'ok', found: `It was, by ${said(sent)}.` };
  const seen = { answer, keys: keys - before.keys, discovery: discovery - before.discovery };
  const { cause, advice } = CAUSES.find(({ when }) => when(seen)) as (typeof CAUSES)[number];
  const token = JSON.stringify(exchange.sent.token?.claims);
  const how = answer.status >= 500 ? 'broke the server' : 'was refused';
  const found = answer.problem ?? `It ${how}: ${said(sent).replace(/\.$/, '')}. It said: ${token}.`;
  return { step, outcome: 'failed', found, cause, advice };
}

/** Whether the server asked for the documents at all: a server that has the keys from elsewhere cannot be played everything. */
async function fetched({ idp }: Bench): Promise<Step> {
  const { keys, discovery } = await idp.fetches();
  const step = 'It fetches the keys';
  const found = `Key set: ${keys} times, discovery: ${discovery} times.`;
  if (keys > 0) return { step, outcome: 'ok', found };
  const cause = 'It has them from before, or from a file: cases about keys that change will not be run.';
  return { step, outcome: 'not-looked-at', found, cause };
}

/** A server that takes nonsense shows nothing by granting a good token. */
async function nonsense(bench: Bench): Promise<Step> {
  const token = { compact: 'no-token-at-all', header: null, claims: null };
  const sent = await redeem(bench, 'nonsense', redeemingOf(bench, token) as Redeeming);
  const { kind } = decisionOf(sent.answer);
  const step = 'Nonsense is refused';
  if (kind === 'refused') return { step, outcome: 'ok', found: `It was: ${said(sent)}.` };
  const found = sent.answer.problem ?? `It was answered with ${said(sent)}.`;
  return {
    step,
    outcome: 'not-looked-at',
    found,
    cause: 'What is no token at all is not refused; the cases will say more.',
  };
}

async function guards(bench: Bench): Promise<void> {
  const { mcp } = bench.target;
  if (mcp === undefined || bench.learnt.guarded !== undefined) return;
  bench.learnt.guarded = (await callMcp(bench, mcp, undefined)).status === 401;
}

/**
 * Carries it out.
 * @returns the steps; no case is to be fired when the last of them has failed
 */
export async function preflight(bench: Bench): Promise<readonly Step[]> {
  const good = await goodToken(bench);
  if (good.outcome === 'failed') return [good];
  await guards(bench);
  bench.learnt.subject = await subjectOf(bench, String(bench.learnt.accessToken));
  return [await nonsense(bench), await fetched(bench), good];
}
