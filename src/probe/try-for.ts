/** Trying again until it comes right: what a server needs a moment for. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tries once, and again and again as long as there is time.
 * @param longest milliseconds
 * @param pause between two attempts, in milliseconds
 * @returns whether one came right
 */
export async function tryFor(longest: number, pause: number, attempt: () => Promise<boolean>): Promise<boolean> {
  const until = Date.now() + longest;
  for (;;) {
    if (await attempt()) return true;
    if (Date.now() >= until) return false;
    await sleep(pause);
  }
}
