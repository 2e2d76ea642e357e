/** What becomes of a signature once it is made. */
import type { SignatureEdit } from '../../edge-cases/edits.js';

/** The length of what follows: in one byte, or for more than 127 in as many as it takes, with their number before. */
function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
}

/** One INTEGER of DER: without leading zeros, but for one where the first bit is set. */
function derInteger(number: Buffer): Buffer {
  const first = number.findIndex((byte) => byte !== 0);
  // Of nothing but zeros, -1 leaves the last.
  const digits = number.subarray(first);
  const body = (digits[0] as number) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits;
  return Buffer.concat([Buffer.of(0x02), derLength(body.length), body]);
}

/** The two numbers of an ECDSA signature as SEQUENCE of two INTEGERs. RFC 3279 "ECDSA Signature Algorithm". */
function der(signature: Buffer): Buffer {
  if (signature.length === 0) return signature;
  const half = signature.length / 2;
  const numbers = Buffer.concat([derInteger(signature.subarray(0, half)), derInteger(signature.subarray(half))]);
  return Buffer.concat([Buffer.of(0x30), derLength(numbers.length), numbers]);
}

function flipped(signature: Buffer): Buffer {
  const copy = Buffer.from(signature);
  if (copy.length > 0) copy.writeUInt8(copy.readUInt8(0) ^ 1, 0);
  return copy;
}

export const SIGNATURE_EDITORS: Readonly<Record<SignatureEdit, (signature: Buffer) => Buffer>> = {
  empty: () => Buffer.alloc(0),
  truncated: (signature) => signature.subarray(0, -32),
  flipped,
  zeros: ({ length }) => Buffer.alloc(length),
  der,
};
