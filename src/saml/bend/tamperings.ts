/** What becomes of a signed text in the hands of somebody who has no key, and how it travels. */
import { deflateRawSync } from 'node:zlib';
import type { TamperingName, TravelName } from '../../edge-cases/saml/saml-edits.js';
import { xml } from '../../html/xml.js';
import { inLines } from '../base64.js';
import { NAMESPACE } from '../names.js';
import type { Known } from './content.js';

type Tamper = (text: string, known: Known) => string;

const NAME_ID = /(<saml2:NameID[^>]*>)([^<]*)(<\/saml2:NameID>)/;
const escaped = (text: string) => xml`${text}`.markup;

/** Puts something else into the NameID. */
const named =
  (write: (value: string, known: Known) => string): Tamper =>
  (text, known) =>
    text.replace(NAME_ID, (_, start, value, end) => start + write(value, known) + end);

/** Behind the part of the NameID that is the victim's. */
const behindVictim = (markup: string) =>
  named((value, { values }) => {
    const victim = escaped(values.victim);
    return value.startsWith(victim) ? victim + markup + value.slice(victim.length) : value + markup;
  });

const DECLARATION = /^<\?xml[^>]*\?>/;

/** Puts something before the root. */
const before =
  (write: (root: string) => string): Tamper =>
  (text) => {
    const start = text.match(DECLARATION)?.[0] ?? '';
    const rest = text.slice(start.length);
    return start + write((rest.match(/^<([\w:]+)/) as RegExpMatchArray)[1] as string) + rest;
  };

const entity =
  (declarations: (value: string) => string, name: string): Tamper =>
  (text, known) => {
    const value = (text.match(NAME_ID) ?? [])[2] ?? '';
    const inside = named(() => `&${name};`)(text, known);
    return before((root) => `<!DOCTYPE ${root} [${declarations(value)}]>`)(inside, known);
  };

const LAUGHS = Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at + 1} "${`&a${at};`.repeat(10)}">`).join('');

function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  return bytes.toString('base64');
}

const inside = (element: string, write: (value: string) => string): Tamper => {
  const pattern = new RegExp(`(<ds:${element}>)([^<]*)`, 'g');
  return (text) => text.replace(pattern, (_, start, value) => start + write(value));
};

const atEndOfSubject =
  (markup: () => string): Tamper =>
  (text) =>
    text.replace('</saml2:Subject>', (end) => markup() + end);

const DEPTH = 10_000;
const LARGE = 10_000_000;

export const TAMPERERS: Readonly<Record<TamperingName, Tamper>> = {
  'nameid-changed': named((_, { values }) => escaped(values.victim)),
  'nameid-comment': behindVictim('<!-- -->'),
  'nameid-instruction': behindVictim('<?x?>'),
  'nameid-cdata': named((_, { values }) => `<![CDATA[${values.nameId}]]>`),
  'attribute-added': (text) =>
    text.replace(
      '</saml2:Assertion>',
      (end) =>
        `<saml2:AttributeStatement xmlns:saml2="${NAMESPACE.assertion}"><saml2:Attribute Name="groups"><saml2:AttributeValue>Administrators</saml2:AttributeValue></saml2:Attribute></saml2:AttributeStatement>${end}`,
    ),
  'signature-flipped': inside('SignatureValue', flipped),
  'signature-empty': inside('SignatureValue', () => ''),
  'digest-flipped': inside('DigestValue', flipped),
  'key-info-removed': (text) => text.replace(/<ds:KeyInfo>.*?<\/ds:KeyInfo>/g, ''),
  doctype: before((root) => `<!DOCTYPE ${root}>`),
  'entity-internal': entity((value) => `<!ENTITY user "${value.replaceAll('%', '&#37;')}">`, 'user'),
  'entity-external': entity(() => '<!ENTITY file SYSTEM "file:///etc/hostname">', 'file'),
  'entity-bomb': entity(() => `<!ENTITY a0 "ha">${LAUGHS}`, 'a9'),
  'instruction-before': before(() => '<?x?>'),
  'spaces-between': (text) => text.replaceAll(' Version="2.0"', '\n  Version="2.0"'),
  'cut-off': (text) => text.slice(0, -12),
  'deep-nesting': atEndOfSubject(() => '<x>'.repeat(DEPTH) + '</x>'.repeat(DEPTH)),
  large: atEndOfSubject(() => ' '.repeat(LARGE)),
};

const base64 = (text: string) => Buffer.from(text).toString('base64');

export const TRAVELLERS: Readonly<Record<TravelName, (text: string) => string>> = {
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64-unpadded': (text) => base64(text).replace(/=+$/, ''),
  'base64-lines': (text) => inLines(base64(text), 76),
  xml: (text) => text,
  deflated: (text) => deflateRawSync(text).toString('base64'),
  'bad-base64': (text) => `${base64(text).slice(0, 40)}*${base64(text).slice(41)}`,
  blank: () => '',
};

/** As it usually travels. */
export const usually = base64;
