/** The fields in which a person says what only they know: values and keys that an edge case needs. Pure. */
import type { Need } from '../edge-cases/edge-case.js';
import { type GivenName, VALUES } from '../edge-cases/values.js';
import { type Html, html } from '../html/html.js';
import { area, field, type Values } from './forms.js';

/** What a person may choose from, by name; long lists are cut. */
export interface Offers {
  readonly users: readonly string[];
  readonly agents: readonly string[];
  readonly applications: readonly string[];
  /** Issuer URLs. */
  readonly audiences: readonly string[];
}

/** Label of a value: its name as a person writes it. */
export function givenLabel(name: string): string {
  const words = name
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/\b(?:saml|rar|cimd|sp|url)\b/, (word) => word.toUpperCase())
    .replace('name id', 'NameID');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Not shown again once it is typed. */
const SECRET: readonly GivenName[] = ['clientSecret', 'accessToken'];

/** Keys by what they are called in a request for a token. */
export const KEY_FIELDS = {
  rasKey: { name: 'keys.ras', label: 'Private key of the resource authorization server' },
  clientKey: { name: 'keys.client', label: 'Private key of the client' },
  encryptionKey: { name: 'keys.encryption', label: 'Public encryption key of the resource authorization server' },
} as const;

/** Whether it is a key of somebody else, which can be given for one token but not be kept. */
export const isKey = (need: Need): need is keyof typeof KEY_FIELDS => Object.hasOwn(KEY_FIELDS, need);

function needField(need: Need, prefix: string, value: Values): Html {
  if (isKey(need)) {
    const { name, label } = KEY_FIELDS[need];
    return area({
      name: prefix + name,
      label,
      value: '',
      rows: 4,
      hint: 'As JWK. It is not kept, and not shown again.',
    });
  }
  const isSecret = SECRET.includes(need);
  const name = `${prefix}given.${need}`;
  const hint = `${VALUES[need].replace(/^./, (letter) => letter.toUpperCase())}.`;
  return field({
    ...{ name, label: givenLabel(need), hint, value: isSecret ? '' : value(name) },
    type: isSecret ? 'password' : 'text',
  });
}

/** @param prefix tells the fields of one form from those of another on the page */
export function needFields(needs: readonly Need[], prefix: string, value: Values): Html | undefined {
  if (needs.length === 0) return undefined;
  return html`<h3>What only you know</h3><p class="quiet">What the case needs, where the org does not know it either.</p>
${needs.map((need) => needField(need, prefix, value))}`;
}
