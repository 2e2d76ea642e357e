/** A token that was minted: to be copied, read and fired, with what a right server makes of it. Shown once. */
import type { Verdict } from '../edge-cases/edge-case.js';
import type { Situation } from '../edge-cases/situations.js';
import { type Html, html } from '../html/html.js';
import { withQuery } from './addresses.js';
import { answersWords, casePath, verdictBadge } from './case-tabs.js';
import { EDGE_CASES_TRAIL } from './edge-case.js';
import { button, form, hidden } from './forms.js';
import type { At, Page } from './frame.js';
import { block, card, facts, note } from './parts.js';
import { situationRows } from './situation-words.js';

/** What is shown of a minted token: the answer of minting, and what was asked for. */
export interface MintedModel {
  readonly at: At;
  readonly name: string;
  /** As asked; empty where the org chose. */
  readonly audience: string;
  readonly clientId: string;
  readonly kind: string;
  readonly token: string;
  readonly header: unknown;
  readonly claims: unknown;
  readonly verdict: Verdict | null;
  readonly expect: readonly string[];
  readonly edgeCases: readonly { readonly name: string; readonly situation?: Situation }[];
  readonly exchange?: {
    readonly wouldSucceed: boolean;
    readonly refusedBy: { readonly name: string; readonly demands: string } | null;
  };
  /** Whose keys the key set of the org needs for the case to be what it says. */
  readonly signers: readonly string[];
}

/** The most characters of a token that are shown; a longer one is for a file. */
const LONGEST = 12_000;

/** Decoded as a person reads it, and cut where nobody would. */
function decoded(part: unknown): string {
  const text = typeof part === 'string' ? part : JSON.stringify(part, null, 2);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} characters more`;
}

/** As one word of a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

const memberOf = (claims: unknown, name: string): unknown =>
  typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>)[name] : undefined;

/** Whom the token says that it is for, or whoever was asked for. */
function clientOf({ claims, clientId }: MintedModel): string {
  const claimed = memberOf(claims, 'client_id');
  return clientId === '' && typeof claimed === 'string' ? claimed : clientId;
}

/** RFC 7523 "Using JWTs as Authorization Grants". */
export function curlOf(model: MintedModel): string {
  const client = clientOf(model);
  // RFC 6749 "Client Password": both halves are encoded as in a form.
  const name = client === '' ? '"$CLIENT_ID"' : quoted(encodeURIComponent(client));
  return [
    'curl -i "$TOKEN_ENDPOINT"',
    `  -u ${name}:"$CLIENT_SECRET"`,
    "  --data-urlencode 'grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer'",
    `  --data-urlencode ${quoted(`assertion=${model.token}`)}`,
  ].join(' \\\n');
}

function explainForm({ at, token, audience, claims, clientId }: MintedModel): Html {
  const expected = audience === '' ? memberOf(claims, 'aud') : audience;
  return form(
    at('/console/explain'),
    html`${hidden('token', token)}${typeof expected === 'string' && hidden('audience', expected)}${hidden('clientId', clientId)}${button('explain', 'Explain it rule by rule', 'plain')}`,
  );
}

function tokenCard(model: MintedModel): Html {
  const { token, kind } = model;
  if (token.length > LONGEST) {
    return note(
      `The token has ${token.length} characters, too many for a page: go back and press Mint as a file.`,
      'warn',
    );
  }
  return card('Token', html`${block('token', `${kind}, as it is sent`, token)}${explainForm(model)}`);
}

const UNKNOWN =
  'Nobody can say: something besides was asked for that the org would not have granted, or that no case knows. Explain it to see.';

function answerCard({ verdict, expect, exchange }: MintedModel): Html {
  const refused = exchange?.refusedBy ?? undefined;
  return card(
    'What a right server answers',
    facts([
      ['Verdict', verdict === null ? UNKNOWN : verdictBadge(verdict)],
      ['Answer', expect.length > 0 && answersWords(expect)],
      [
        'This org itself',
        exchange?.wouldSucceed && 'would have granted such an exchange, and answered with a good ID-JAG',
      ],
      [
        'This org itself',
        refused &&
          html`would have refused such an exchange by its rule <code>${refused.name}</code>: ${refused.demands}`,
      ],
    ]),
  );
}

function aroundCards({ at, edgeCases, signers }: MintedModel): Html {
  const around = edgeCases.filter(({ situation }) => situation !== undefined);
  return html`${
    signers.length > 0 &&
    card(
      'Keys that have to be published',
      html`<p>The org’s key set needs the keys of <code>${signers.join(', ')}</code>. Without them, a server refuses the token because it does not know the key, and not for what is wrong.</p>
${form(at('/console/keys'), html`${hidden('server', 'org')}${signers.map((signer) => hidden('signer', signer))}${button('publish', 'Publish them')}`)}`,
    )
  }${around.map(({ name, situation }) => card(`What is around ${name}`, html`<p>The token alone is not the whole case. By hand, you see to this, too:</p>${facts(situationRows(situation as Situation))}`))}`;
}

export function mintedPage(model: MintedModel): Page {
  const { at, name, audience, header, claims, token } = model;
  return {
    title: `Token: ${model.edgeCases.map((one) => one.name).join(' + ')}`,
    trail: [...EDGE_CASES_TRAIL, { label: name, to: casePath(name, audience) }],
    body: html`<p>It is shown this once. <a href="${at(casePath(name, audience))}">Mint another</a>, or <a href="${at(withQuery('/console/edge-cases', { audience }))}">find another edge case</a>.</p>
${tokenCard(model)}
${answerCard(model)}
${token.length <= LONGEST && card('Fire it', html`<p>Set <code>TOKEN_ENDPOINT</code> to the token endpoint of your server, and <code>CLIENT_SECRET</code> to the client’s secret there.</p>${block('curl', 'For a shell', curlOf(model))}`)}
${aroundCards(model)}
${card('Decoded', html`${block('header', 'Header', decoded(header))}${block('claims', 'Claims', decoded(claims))}`)}`,
  };
}
