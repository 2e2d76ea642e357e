/** What else than the token belongs to an edge case, in words: who presents it, what goes before, what is published. Pure. */
import {
  CHECKS,
  CLIENTS,
  CONDITIONS,
  type IdpEdits,
  KEY_SETS,
  MEANWHILE,
  METADATA,
  PLACES,
  type RequestEdits,
  type Situation,
} from '../edge-cases/situations.js';
import { html, type Interpolation } from '../html/html.js';

type Row = readonly [string, Interpolation];

const json = (value: unknown) => value !== undefined && html`<code>${JSON.stringify(value)}</code>`;
const list = (words: readonly string[] | undefined) =>
  words && html`<ul class="sources">${words.map((one) => html`<li>${one}</li>`)}</ul>`;

function requestRows({ client, at, method, body, params, inQuery, headers, dpop }: RequestEdits): readonly Row[] {
  return [
    ['Presented by', client && CLIENTS[client]],
    ['Presented at', at && PLACES[at]],
    ['Method', method],
    ['Body', body],
    ['Parameters', json(params)],
    ['In the URL', inQuery?.join(', ')],
    ['Headers', json(headers)],
    ['DPoP proof', json(dpop)],
  ];
}

function publishedRows({ publish, publishLate, withdraw, only, jwks, metadata, cached }: IdpEdits): readonly Row[] {
  return [
    ['Keys published besides', publish?.join(', ')],
    ['Keys published late', publishLate?.join(', ')],
    ['Keys withdrawn', withdraw?.join(', ')],
    ['No keys but', only?.join(', ')],
    ['The key set', jwks && KEY_SETS[jwks]],
    ['The metadata', metadata && METADATA[metadata]],
    ['The server', cached !== undefined && (cached ? 'holds a good key set from before' : 'holds no key set yet')],
  ];
}

/** Names and values for a list of facts. What is not said is undefined or false. */
export function situationRows({ request = {}, before, meanwhile, idp = {}, checks, requires }: Situation) {
  const earlier = before?.map(({ token, times, expect }) => `${token} (${times}): ${expect.join(' or ')}`);
  return [
    ...requestRows(request),
    ['Before it', list(earlier)],
    ['Between', meanwhile && MEANWHILE[meanwhile]],
    ...publishedRows(idp),
    ['Looked at besides', list(checks?.map((one) => CHECKS[one]))],
    ['Only for a server that', list(requires?.map((one) => CONDITIONS[one]))],
  ] satisfies readonly Row[];
}
