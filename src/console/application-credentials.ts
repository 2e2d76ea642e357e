/** The credentials of an OIDC application, on its tab *General*: client secrets, shown only when asked for, and public keys. */
import type { HeldKey, HeldSecret } from '../admin/application-credentials.js';
import { type Html, html } from '../html/html.js';
import type { Activity } from '../registry/activity.js';
import { type ApplicationFrame, applicationPath, applicationTrail } from './application-frame.js';
import { area, button, form, hidden, type Values } from './forms.js';
import type { Page } from './frame.js';
import { block, card, empty, moment, status, table } from './parts.js';

export interface CredentialsModel extends ApplicationFrame {
  readonly value: Values;
  readonly secrets: readonly HeldSecret[];
  readonly keys: readonly HeldKey[];
}

/** The buttons of a credential. Only an inactive one is deleted. @param kind of the acts: `secret` or `key` */
function changes(to: string, kind: 'secret' | 'key', id: string, now: Activity, more?: Html): Html {
  const steps =
    now === 'ACTIVE'
      ? button(`deactivate-${kind}`, 'Deactivate', 'link')
      : html`${button(`activate-${kind}`, 'Activate', 'link')} ${button(`delete-${kind}`, 'Delete', 'link')}`;
  return form(to, html`${hidden('credential', id)}${more} ${steps}`);
}

function secretsCard(to: string, { app, secrets }: CredentialsModel): Html {
  const rows = secrets.map(({ id, credential: { status: is, created } }) => [
    html`<code>${id}</code>`,
    status(is),
    moment(created ?? app.created),
    changes(to, 'secret', id, is, button('show-secret', 'Show', 'link')),
  ]);
  return card(
    'Client secrets',
    html`<p>Two at a time, so that one can take the place of the other.</p>
${rows.length === 0 ? empty('The application has no client secret.') : table('Client secrets', ['Id', 'Status', 'Created', 'Action'], rows)}
${form(to, button('add-secret', 'Generate new secret', 'plain'))}`,
  );
}

function keysCard(to: string, { app, value, keys }: CredentialsModel): Html {
  const rows = keys.map(({ id, credential: { kid, kty, status: is, created } }) => [
    html`<code>${kid}</code> (${kty})`,
    status(is),
    moment(created ?? app.created),
    changes(to, 'key', id, is),
  ]);
  return card(
    'Public keys',
    html`${rows.length === 0 ? empty('The application has no public key: private_key_jwt needs one, or a JWKS URI.') : table('Public keys', ['Key ID', 'Status', 'Added', 'Action'], rows)}
${form(
  to,
  html`${area({ name: 'key', label: 'Public key', value: value('key'), rows: 6, required: true, hint: 'PEM, a certificate, or a JWK. Never the private half.' })}${button('add-key', 'Add public key', 'plain')}`,
)}`,
  );
}

export function credentialCards(model: CredentialsModel): Html {
  const to = model.at(applicationPath(model.app.id));
  return html`${secretsCard(to, model)}${keysCard(to, model)}`;
}

/** A client secret, for who asked to see it. */
export function clientSecretPage(frame: ApplicationFrame, secret: string, isNew: boolean): Page {
  return {
    title: isNew ? 'Client secret generated' : 'Client secret',
    trail: applicationTrail(frame, 'General'),
    body: card(
      frame.app.label,
      html`${isNew && html`<p>It is active. The one before it works until you deactivate it.</p>`}${block('secret', 'Client secret', secret)}
<p><a class="button" href="${frame.at(applicationPath(frame.app.id))}">Back to General</a></p>`,
    ),
  };
}
