/** Lists that a person chooses from: those whose words are searched for, and no more than a page can hold. */
import type { Shown } from '../../console/listing.js';
import type { User } from '../../registry/user.js';

/** The most rows of a list. */
const MOST = 50;

/** The rows one of whose texts has the words in it, whatever their case; all without words. */
export function chosen<T>(
  rows: readonly T[],
  words: string,
  textsOf: (row: T) => readonly string[],
  most = MOST,
): Shown<T> {
  const wanted = words.trim().toLowerCase();
  const found = rows.filter((row) => textsOf(row).some((text) => text.toLowerCase().includes(wanted)));
  return { rows: found.slice(0, most), others: Math.max(0, found.length - most) };
}

/** What a person is searched by. */
export const textsOfUser = ({ id, profile: { login, email, firstName, lastName } }: User) => [
  ...[id, login, email, `${firstName} ${lastName}`],
];
