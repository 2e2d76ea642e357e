/** The forms in which a token is written, instead of three segments of base64url with dots between them. RFC 7515. */
import type { ShapeName } from '../../edge-cases/edits.js';

export interface Segments {
  readonly header: Buffer;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

const url = (bytes: Buffer) => bytes.toString('base64url');
const all = ({ header, payload, signature }: Segments) => [header, payload, signature];

export function compact(segments: Segments): string {
  return all(segments).map(url).join('.');
}

const json = ({ header, payload, signature }: Segments) => ({
  payload: url(payload),
  protected: url(header),
  signature: url(signature),
});

/** To a reader of JSON a signed JWS; to one who splits at the dots, header and claims that nobody looked at. */
function hybrid({ header, payload, signature }: Segments): string {
  return JSON.stringify({ [`${url(header)}.${url(payload)}.`]: '', ...json({ header, payload, signature }) });
}

/** With another text of the same signature: what was signed stays as it was, so that only a strict reader minds. */
const withSignature = (write: (signature: Buffer) => string) => (segments: Segments) =>
  `${url(segments.header)}.${url(segments.payload)}.${write(segments.signature)}`;

const padded = (text: string) => text.padEnd(Math.ceil(text.length / 4) * 4, '=');
const halved = (text: string) => `${text.slice(0, text.length / 2)}\n${text.slice(text.length / 2)}`;

export const SHAPE_WRITERS: Readonly<Record<ShapeName, (segments: Segments) => string>> = {
  'two-segments': ({ header, payload }) => `${url(header)}.${url(payload)}`,
  'four-segments': (segments) => `${compact(segments)}.`,
  'empty-segments': () => '..',
  padded: withSignature((signature) => padded(url(signature))),
  'standard-base64': withSignature((signature) => signature.toString('base64').replaceAll('=', '')),
  'newline-inside': withSignature((signature) => halved(url(signature))),
  'json-flattened': (segments) => JSON.stringify(json(segments)),
  'json-general': (segments) => {
    const { payload, ...signed } = json(segments);
    return JSON.stringify({ payload, signatures: [signed] });
  },
  'json-compact-hybrid': hybrid,
};
