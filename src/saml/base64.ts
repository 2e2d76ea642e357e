/**
 * Base64 as SAML travels in it: with either alphabet, padded or not, broken into lines or not. RFC 4648 "Base 64 Encoding",
 * SAML bindings "HTTP POST Binding"; RFC 8693 says base64url of an assertion, Okta's guides say both.
 */
import { type Problem, problem } from '../protocol/rule.js';

const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;
const FOR_URLS = /^[\w-]*={0,2}$/;

export type Base64Problem = 'blank' | 'not-base64' | 'too-large';

/**
 * The bytes that a text says.
 * @param most the most characters that the text may have
 */
export function readBase64(sent: string, most: number): Buffer | Problem<Base64Problem> {
  if (sent.length > most) return problem('too-large');
  const text = sent.replace(/[ \t\r\n]+/g, '');
  if (text === '') return problem('blank');
  const padding = text.length - text.replace(/=+$/, '').length;
  const letters = text.length - padding;
  const whole = padding === 0 || text.length % 4 === 0;
  if (!whole || letters % 4 === 1 || !(STANDARD.test(text) || FOR_URLS.test(text))) return problem('not-base64');
  // Node reads both alphabets, also one after the other; that was refused above.
  return Buffer.from(text, 'base64');
}

/** Base64 in lines of that many letters, as a certificate stands in metadata. */
export function inLines(base64: string, letters: number): string {
  return base64.replace(new RegExp(`.{${letters}}(?=.)`, 'g'), '$&\n');
}
