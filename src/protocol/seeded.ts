/** Chance that repeats: the same seed and the same turn give the same numbers, on every machine. Not for secrets. */

/** A number of 32 bits out of another, each bit of it depending on all of the other (the finisher of MurmurHash3). */
function mixed(input: number): number {
  let bits = input >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Gives numbers from 0 up to, but not, 1. */
export type Dice = () => number;

/**
 * The dice of one turn of a seed.
 * @param seed any whole number of 32 bits
 * @param turn counts what the dice are thrown for
 */
export function dice(seed: number, turn: number): Dice {
  let state = mixed(mixed(seed) + turn);
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    return mixed(state) / 2 ** 32;
  };
}

/** One of the list, which is not empty. */
export function pick<T>(list: readonly T[], throwing: Dice): T {
  return list[Math.floor(throwing() * list.length)] as T;
}

/** The list in an order of chance (Fisher-Yates). */
export function shuffled<T>(list: readonly T[], throwing: Dice): T[] {
  const all = [...list];
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(throwing() * (at + 1));
    [all[at], all[other]] = [all[other] as T, all[at] as T];
  }
  return all;
}
