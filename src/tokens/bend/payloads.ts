/** What the payload of a bent token is: its claims as JSON, or whatever the edit puts in their place. */
import { deflateRawSync } from 'node:zlib';
import type { PayloadEdit } from '../../edge-cases/edits.js';

const BOM = Buffer.of(0xef, 0xbb, 0xbf);

const ENCODINGS = {
  bom: (json: string) => Buffer.concat([BOM, Buffer.from(json)]),
  'utf-16': (json: string) => Buffer.from(json, 'utf16le'),
  // A lone continuation byte within one more claim, so that the JSON around it is whole.
  'invalid-utf-8': (json: string) =>
    Buffer.concat([Buffer.from(`${json.slice(0, -1)},"note":"`), Buffer.of(0x80), Buffer.from('"}')]),
} as const;

function unsignedJwt(json: string): Buffer {
  const header = Buffer.from('{"alg":"none"}').toString('base64url');
  return Buffer.from(`${header}.${Buffer.from(json).toString('base64url')}.`);
}

/** @param json the claims */
export function payloadBytes(json: string, edit: PayloadEdit = {}): Buffer {
  const { text, base64url, within, encoding, compressed, jws } = edit;
  if (text !== undefined) return Buffer.from(text);
  if (base64url !== undefined) return Buffer.from(base64url, 'base64url');
  if (within !== undefined) return Buffer.from(`{${JSON.stringify(within)}:${json}}`);
  if (encoding !== undefined) return ENCODINGS[encoding](json);
  if (compressed) return deflateRawSync(json);
  return jws ? unsignedJwt(json) : Buffer.from(json);
}
