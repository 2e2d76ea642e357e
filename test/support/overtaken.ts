/** An org where something can be done between the commit of a change and its answer: the answer is about the change. */
import type { Test } from 'tap';
import { type Api, apiOf } from './api.js';
import { type OpenOrg, startOpenOrg } from './open-org.js';
import { type Answer, driving, testClock } from './org.js';

export interface OvertakenOrg {
  readonly api: Api;
  readonly open: OpenOrg;
  /** Makes the change, and does the other thing once it stands. */
  overtaken(act: () => Promise<Answer>, next: () => Promise<unknown>): Promise<Answer>;
}

export async function startOvertakenOrg(t: Test): Promise<OvertakenOrg> {
  let next: (() => Promise<unknown>) | undefined;
  const clock = testClock();
  const open = await startOpenOrg(
    (store) => ({
      ...store,
      async commit(...commit) {
        const conflict = await store.commit(...commit);
        const then = next;
        next = undefined;
        await then?.();
        return conflict;
      },
    }),
    clock.now,
  );
  t.teardown(() => open.close());
  return {
    ...{ api: apiOf(driving(open, clock)), open },
    overtaken(act, then) {
      next = then;
      return act();
    },
  };
}
