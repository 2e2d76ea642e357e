/** *SAML Settings* of an application: as they stand, the step that changes them, and the step that shows what will be saved. */
import { type Html, html, type Interpolation } from '../html/html.js';
import type { SamlApp } from '../registry/application.js';
import type { AttributeStatement } from '../registry/attribute-statements.js';
import type { SamlContent } from '../registry/saml-settings.js';
import { type ApplicationFrame, applicationPath, applicationTrail } from './application-frame.js';
import { area, button, check, choice, field, form, hidden, type Values } from './forms.js';
import type { Page } from './frame.js';
import { badge, card, facts } from './parts.js';
import { inWords, SAML_FIELD_GROUPS, type SamlField } from './saml-fields.js';

const ALL_FIELDS = SAML_FIELD_GROUPS.flatMap(({ fields }) => fields);

export interface SamlSettingsModel extends ApplicationFrame {
  readonly app: SamlApp;
  readonly value: Values;
}

const pathOf = ({ app }: ApplicationFrame) => `${applicationPath(app.id)}/saml-settings`;

function statement(one: AttributeStatement): Html {
  const says = one.type === 'GROUP' ? `groups ${one.filterType} ${one.filterValue}` : one.values.join(', ');
  return html`<li><code>${one.name}</code>: ${says}</li>`;
}

/** The settings as they stand. What is not set is left out. */
export function samlFacts(saml: SamlContent): Html {
  const rows = ALL_FIELDS.map((one): [string, Interpolation] => [
    one.label,
    inWords(one, one.stored(saml) ?? '') || undefined,
  ]);
  const statements = saml.attributeStatements;
  return facts([
    ...rows,
    ['Attribute statements', statements.length > 0 && html`<ul>${statements.map(statement)}</ul>`],
    ['Other requestable SSO URLs', saml.acsEndpoints.length > 0 && saml.acsEndpoints.map(({ url }) => url).join(' ')],
  ]);
}

function fieldFor(one: SamlField, value: string): Html {
  const { name, label, kind, options = [], required = false } = one;
  const labelled = { name, label, ...(one.hint !== undefined && { hint: one.hint }) };
  if (kind === 'tick') return check({ ...labelled, checked: value === 'on' });
  if (kind === 'choice') return choice({ ...labelled, value, options });
  return kind === 'area' ? area({ ...labelled, value }) : field({ ...labelled, value, type: kind, required });
}

/** The first step. */
export function samlSettingsPage(model: SamlSettingsModel): Page {
  const { at, app, value } = model;
  const cards = SAML_FIELD_GROUPS.map(({ heading, fields }) =>
    card(
      heading,
      fields.map((one) => fieldFor(one, value(one.name, one.stored(app.saml) ?? ''))),
    ),
  );
  return {
    title: 'Edit SAML Settings',
    trail: applicationTrail(model, 'General'),
    body: html`<p>Step 1 of 2. Nothing is saved before <strong>Finish</strong>. Attribute statements stay as they are; they are changed over the management API.</p>
${form(at(pathOf(model)), html`${cards}${button('next', 'Next')} <a class="button plain" href="${at(applicationPath(app.id))}">Cancel</a>`)}`,
  };
}

const isChanged = (one: SamlField, { app, value }: SamlSettingsModel) =>
  // A form brings line breaks of its own.
  value(one.name).replaceAll('\r\n', '\n') !== (one.stored(app.saml) ?? '');

/** What will stand in a field, and whether that is new. */
function reviewed(one: SamlField, model: SamlSettingsModel): [string, Interpolation] {
  const says = inWords(one, model.value(one.name)) || 'empty';
  return [one.label, isChanged(one, model) ? html`<strong>${says}</strong> ${badge('changed', 'warn')}` : says];
}

/** The second step: what will be saved, carried along. */
export function samlReviewPage(model: SamlSettingsModel): Page {
  const { at, value } = model;
  const carried = ALL_FIELDS.map(({ name }) => hidden(name, value(name)));
  const changed = ALL_FIELDS.filter((one) => isChanged(one, model)).map(({ label }) => label);
  const cards = SAML_FIELD_GROUPS.map(({ heading, fields }) =>
    card(heading, facts(fields.map((one) => reviewed(one, model)))),
  );
  return {
    title: 'Review SAML Settings',
    trail: applicationTrail(model, 'General'),
    body: html`<p>Step 2 of 2. This is what will be saved. ${changed.length === 0 ? 'It is what is stored already.' : html`New: <strong>${changed.join(', ')}</strong>.`}</p>
${cards}
${form(at(pathOf(model)), html`${carried}${button('finish', 'Finish')}${button('back', 'Back', 'plain')}`)}`,
  };
}
