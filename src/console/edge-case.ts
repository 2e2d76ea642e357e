/** One edge case: what is wrong, what a right server answers, and the forms by which it is minted and armed. */
import {
  type EdgeCase,
  GROUPS,
  LEVELS,
  type Need,
  SEVERITIES,
  situationOf,
  VERDICTS,
  verdictOf,
} from '../edge-cases/edge-case.js';
import { type Html, html } from '../html/html.js';
import { withQuery } from './addresses.js';
import { isKey, needFields, type Offers } from './case-fields.js';
import { answersWords, casePath, caseTabs, severityBadge, sourcesList } from './case-tabs.js';
import { button, danger, field, form, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { card, facts, note, opening } from './parts.js';
import { situationRows } from './situation-words.js';

export interface EdgeCaseModel {
  readonly at: At;
  readonly value: Values;
  readonly row: EdgeCase;
  /** Added to this org, and so to be taken away. */
  readonly isOwn: boolean;
  /** What must be given for the case, and for those that are combined with it. */
  readonly needs: readonly Need[];
  readonly offers: Offers;
  /** What the form has where nothing is said. */
  readonly defaults: { readonly audience: string; readonly clientId: string };
}

export const EDGE_CASES_TRAIL = [{ label: 'Edge cases', to: '/console/edge-cases' }] as const;

/** What the fields of both forms are called on the page, by the member of the request that they become. */
export const MINT_LABELS = {
  ...{ audience: 'Audience', clientId: 'Client ID at the resource', user: 'User', agent: 'AI agent' },
  ...{ application: 'Application', resource: 'Resource', scope: 'Scope', lifetime: 'Lifetime in seconds' },
  edgeCases: 'Edge cases',
} as const;

export const ARM_LABELS = {
  ...{ 'match.agent': 'Exchanges by the AI agent', 'match.client': 'Of sign-ins to the application' },
  ...{ 'match.user': 'For the user', 'match.audience': 'For the audience' },
  times: 'How many exchanges',
} as const;

function aboutCard({ row }: EdgeCaseModel): Html {
  const { differs, note: why, group, severity, level, source, expect } = row;
  const rows = [
    ['A right server answers', answersWords(expect)],
    ['So it', VERDICTS[verdictOf(row)]],
    ['Otherwise', html`${severityBadge(severity)} ${SEVERITIES[severity]}`],
    ['How strongly', `${level}: ${LEVELS[level]}`],
    ['Group', group === 'own' ? GROUPS.own : `${group}: ${GROUPS[group]}`],
    ['Rests on', sourcesList(source)],
  ] as const;
  return card('What is wrong with it', html`<p>${differs}</p><p>Why servers get it wrong: ${why}</p>${facts(rows)}`);
}

function aroundCard({ at, row }: EdgeCaseModel): Html | undefined {
  const situation = situationOf(row);
  if (Object.keys(situation).length === 0) return undefined;
  const { jwks, metadata } = situation.idp ?? {};
  const fault = withQuery('/console/faults', { what: jwks ? 'jwks' : metadata && 'metadata', jwks, metadata });
  return card(
    'What is around the token',
    html`<p>The token alone is not the whole case. <a href="${at('/console/probe')}">The probe</a> plays all of it; by hand, you see to this:</p>
${facts(situationRows(situation))}
${(jwks ?? metadata) !== undefined && html`<p><a href="${at(fault)}">Have the org publish that</a></p>`}`,
  );
}

const usersHint = 'Login or id. Empty: the first active user.';

/** What is asked for seldom. */
const BESIDES = ['agent', 'application', 'resource', 'scope', 'lifetime', 'edgeCases'] as const;

function mintFields({ value, offers, defaults, needs }: EdgeCaseModel): Html {
  const text = (name: keyof typeof MINT_LABELS, hint: string, more: object = {}) =>
    field({ name, label: MINT_LABELS[name], value: value(name), hint, ...more });
  const first = {
    audience: { value: value('audience', defaults.audience), offers: offers.audiences },
    clientId: { value: value('clientId', defaults.clientId) },
  };
  return html`${text('audience', 'The issuer of your authorization server, as it is to stand in aud.', first.audience)}
${text('clientId', 'How your server knows the client. Empty: as the resource connection to the audience has it.', first.clientId)}
${text('user', usersHint, { offers: offers.users })}
${needFields(needs, '', value)}
${opening(
  'More: agent, resource, scope, lifetime, further edge cases',
  html`${text('agent', 'Id or name. Empty: the first active one.', { offers: offers.agents })}
${text('application', 'Whom the user signed in to: label, id or client id. Empty: a caller of the agent.', { offers: offers.applications })}
${text('resource', 'Empty: as the resource connection has it. Several are separated by blanks.')}
${text('scope', 'Separated by blanks. Empty: what the resource connection allows.')}
${text('lifetime', 'From now to exp. Empty: as the org has it.', { type: 'number' })}
${text('edgeCases', 'Names of further ones for the same token, separated by blanks; each must touch something else.')}`,
  'plain',
  BESIDES.some((name) => value(name) !== ''),
)}`;
}

function mintCard(model: EdgeCaseModel): Html {
  const { at, row } = model;
  return card(
    'Mint it',
    form(
      at(casePath(row.name)),
      html`<p>The token is made at once, whether or not the org would grant such an exchange.</p>
${mintFields(model)}${button('mint', 'Mint this token')}${button('mint-file', 'Mint as a file', 'plain')}`,
      'Mint it',
    ),
    'mint',
  );
}

function armCard(model: EdgeCaseModel): Html {
  const { at, row, value, offers, needs } = model;
  const text = (name: keyof typeof ARM_LABELS, hint: string, offered: readonly string[]) =>
    field({ name, label: ARM_LABELS[name], value: value(name), hint, offers: offered });
  return card(
    'Arm it',
    form(
      // What stands in the other form stays.
      at(casePath(row.name, value('audience'))),
      html`<p>The next exchanges that match come out like this, and those after them as ever. What is left empty matches anything.</p>
${text('match.agent', 'Id or name.', offers.agents)}
${text('match.client', 'Label, id or client id.', offers.applications)}
${text('match.user', 'Login or id.', offers.users)}
${text('match.audience', 'Issuer URL of a resource connection, to the byte.', offers.audiences)}
${needFields(
  needs.filter((need) => !isKey(need)),
  'arm.',
  value,
)}
${field({ name: 'times', label: ARM_LABELS.times, value: value('times', '1'), type: 'number', hint: 'Empty: any number, until it is disarmed.' })}
${button('arm', 'Arm')}`,
      'Arm it',
    ),
    'arm',
  );
}

const ARMING_KEYS = 'Arming cannot give the keys that this case needs: an exchange that meets it is refused. Mint it.';

export function edgeCasePage(model: EdgeCaseModel): Page {
  const { at, value, row, isOwn, needs } = model;
  const needsKeys = needs.some(isKey);
  return {
    title: row.name,
    trail: EDGE_CASES_TRAIL,
    body: html`${caseTabs(at, 'ID-JAG', value('audience'))}
<p class="lead">${row.differs} A right server answers ${answersWords(row.expect)}.</p>
<p>Mint it here, or <a href="#arm">arm it</a> for the next exchange of a client.</p>
${mintCard(model)}${aboutCard(model)}${aroundCard(model)}${armCard(model)}${needsKeys && note(ARMING_KEYS)}
${isOwn && danger(at(casePath(row.name)), 'remove', 'Take this edge case away', 'It is one of your own, and gone from this org then.')}`,
  };
}
