/** HTTP-POST: a message in base64 in a form, signed within itself if at all. SAML bindings, "HTTP POST Binding". */
import { type Problem, problem } from '../protocol/rule.js';
import { readBase64 } from './base64.js';
import { LIMITS } from './read-xml.js';
import type { BindingProblem, Kind } from './redirect-binding.js';

export interface PostMessage {
  readonly kind: Kind;
  /** The XML. */
  readonly bytes: Buffer;
  readonly relayState: string | undefined;
}

/** Base64 of the most characters, rounded up, with room for line breaks. */
const MOST = Math.ceil(LIMITS.characters * 1.4);

/** @param values each name's values in the form, in order */
export function readPost(
  values: (name: Kind | 'RelayState') => readonly string[],
): PostMessage | Problem<BindingProblem> {
  const [requests, responses, relayStates] = [values('SAMLRequest'), values('SAMLResponse'), values('RelayState')];
  if (Math.max(requests.length, responses.length, relayStates.length) > 1) return problem('parameter-twice');
  const [sent, another] = [...requests, ...responses];
  if (sent === undefined || another !== undefined) return problem('no-message');
  const bytes = readBase64(sent, MOST);
  if ('problem' in bytes) return bytes;
  return { kind: requests.length > 0 ? 'SAMLRequest' : 'SAMLResponse', bytes, relayState: relayStates[0] };
}

/** The fields of the form that carries the message, in order. */
export function postFields(kind: Kind, text: string, relayState?: string): readonly (readonly [string, string])[] {
  const message = [kind, Buffer.from(text).toString('base64')] as const;
  return relayState === undefined ? [message] : [message, ['RelayState', relayState]];
}

/** A whole assertion or response as a `subject_token`: base64 of one alphabet or the other. */
export function readSubjectToken(sent: string): Buffer | Problem<'blank' | 'not-base64' | 'too-large'> {
  return readBase64(sent, MOST);
}
