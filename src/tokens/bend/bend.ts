/**
 * The one place where a token is made wrong. A good token's header and claims go in, with the edits of an edge case; a
 * token that differs in what the edits say, and in nothing else, comes out.
 */
import { referencesOf, sizeOfBent, type TokenEdits } from '../../edge-cases/token-edits.js';
import { type Fact, problem } from '../../protocol/rule.js';
import type { UnsignedJws } from '../unsigned-jws.js';
import { encrypted } from './encrypted.js';
import { jsonOf, type Members, membersOf, patched } from './members.js';
import { payloadBytes } from './payloads.js';
import { compact, type Segments, SHAPE_WRITERS } from './shapes.js';
import { SIGNATURE_EDITORS } from './signature-edits.js';
import { SIGNER_MAKERS, type Signer, type SigningKeys } from './signers.js';
import { type Known, obstacle, writeText } from './written.js';

/** The most characters of a token that is made here. */
const LARGEST = 2_000_000;

/** What a token is bent with. */
export interface Bending {
  readonly known: Omit<Known, 'keys'>;
  readonly keys: SigningKeys;
}

/** In Okta's order: kid, typ, alg. */
function headerMembers({ typ }: UnsignedJws, { kid, alg }: Signer): Members {
  return membersOf({ kid, typ, alg });
}

function headerBytes(members: Members, { headerText }: TokenEdits): Buffer {
  return Buffer.from(headerText ?? jsonOf(members));
}

interface Written {
  readonly header: Members;
  readonly claims: Members;
  readonly segments: Segments;
  /** It was to be edited, and is as it was. */
  readonly sameSignature: boolean;
}

function signed(unsigned: UnsignedJws, edits: TokenEdits, { keys }: Bending, known: Known): Written {
  const signer = SIGNER_MAKERS[edits.sign ?? 'active'](keys);
  const header = patched(headerMembers(unsigned, signer), edits.header, known);
  const claims = patched(membersOf(unsigned.claims), edits.claims, known);
  const bytes = { header: headerBytes(header, edits), payload: payloadBytes(jsonOf(claims), edits.payload) };
  const input = `${bytes.header.toString('base64url')}.${bytes.payload.toString('base64url')}`;
  const signature = signer.sign(Buffer.from(input));
  const edited = edits.signature ? SIGNATURE_EDITORS[edits.signature](signature) : signature;
  const sameSignature = edits.signature !== undefined && edited.equals(signature);
  return { header, claims, segments: { ...bytes, signature: edited }, sameSignature };
}

/**
 * Whether patches that put something into the token would leave it as it is: each of those members is that already. To
 * take away what is not there is another thing: the token is then as it is to be.
 */
export function putsNothing(unsigned: UnsignedJws, edits: TokenEdits, { known, keys }: Bending): boolean {
  const { header, claims, ...others } = edits;
  const puts = [header, claims].some((patch) => patch?.set ?? patch?.only ?? patch?.prepend ?? patch?.append);
  if (!puts || Object.keys(others).length > 0) return false;
  const whole = { ...known, keys: keys.edge };
  const parts = [
    { good: headerMembers(unsigned, SIGNER_MAKERS.active(keys)), patch: header },
    { good: membersOf(unsigned.claims), patch: claims },
  ];
  return parts.every(({ good, patch }) => jsonOf(patched(good, patch, whole)) === jsonOf(good));
}

/** Header and claims as somebody changed them who has no key. */
function tampered({ header, claims, segments }: Written, edits: TokenEdits, known: Known): Segments {
  const { tamper } = edits;
  if (!tamper) return segments;
  return {
    ...segments,
    header: tamper.header ? headerBytes(patched(header, tamper.header, known), edits) : segments.header,
    payload: tamper.claims
      ? payloadBytes(jsonOf(patched(claims, tamper.claims, known)), edits.payload)
      : segments.payload,
  };
}

/** Why the edits cannot be made to this token, a sentence each. */
export function obstacles(edits: TokenEdits, values: Known['values']): readonly string[] {
  return referencesOf(edits).flatMap((one) => obstacle(one, values) ?? []);
}

/** The token as the edits make it, or the sentences that say why they cannot be made. */
export function bend(unsigned: UnsignedJws, edits: TokenEdits, bending: Bending): Fact<string, string> {
  const [first] = obstacles(edits, bending.known.values);
  if (first !== undefined) return problem(first);
  const size = sizeOfBent(edits, (name) => (bending.known.values[name] as string).length);
  if (size > LARGEST) return problem(`it would have about ${size} characters, and ${LARGEST} are the most`);
  const known: Known = { ...bending.known, keys: bending.keys.edge };
  const written = signed(unsigned, edits, bending, known);
  if (written.sameSignature) return problem(`its signature would not change: ${edits.signature} makes nothing of it`);
  const segments = tampered(written, edits, known);
  const plain = compact(segments);
  const whole = edits.shape ? SHAPE_WRITERS[edits.shape](segments) : plain;
  if (edits.shape && whole === plain) return problem(`its form would not change: it is ${edits.shape} as it is`);
  const encryptFor = bending.keys.encryption;
  const token = edits.encrypt ? encrypted(edits.encrypt, whole, segments.payload, known, encryptFor) : whole;
  if (edits.text === undefined) return token;
  const text = writeText(edits.text, { ...known, values: { ...known.values, token } });
  return text === token ? problem('its text would not change') : text;
}
