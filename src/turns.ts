/**
 * Turns at an org: requests work side by side, and whoever puts another state in its place works alone. So no request
 * ever sees half of two states.
 */

export interface Turns {
  /** Works beside others, once nobody works alone or waits to. */
  beside<T>(work: () => Promise<T>): Promise<T>;
  /** Works alone, once those have ended that work beside each other. Never from within a turn: it would wait for itself. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

const ignore = () => undefined;

export function makeTurns(): Turns {
  let working = 0;
  let ended: (() => void) | undefined;
  /** The last of those who work alone, or wait to. */
  let last: Promise<unknown> | undefined;

  async function allEnded(): Promise<void> {
    if (working === 0) return;
    await new Promise<void>((resolve) => {
      ended = resolve;
    });
  }

  return {
    async beside(work) {
      while (last) await last;
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
        if (working === 0) ended?.();
      }
    },
    alone(work) {
      const before = last;
      const mine = (async () => {
        await before;
        await allEnded();
        return work();
      })();
      const done = mine.then(ignore, ignore).then(() => {
        if (last === done) last = undefined;
      });
      last = done;
      return mine;
    },
  };
}
