/** The door of *Try it*: three steps, each of which sends what a requester would send. */
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import { type Played, type StepName, tryItPage } from '../../console/try-it.js';
import { type ConsoleCall, consolePage, type Went } from './page.js';
import { exchange } from './try-exchange.js';
import { LONGEST, modelOf } from './try-it-view.js';
import { redeem } from './try-redeem.js';
import { mintInstead, signIn } from './try-sign-in.js';

const TOO_LONG = `A field held more than ${LONGEST} characters, which is more than any token of this org has. It was emptied.`;

const isTooLong = ({ form }: ConsoleCall) =>
  form.names.some((name) => form.all(name).some(({ length }) => length > LONGEST));

/** Plays a step, and shows the page with what came of it. */
function playing(step: StepName, play: (call: ConsoleCall) => Promise<Played | AdminRefusal>) {
  return async (call: ConsoleCall): Promise<Went | AdminRefusal> => {
    if (isTooLong(call)) return notValid('form', TOO_LONG);
    const played = await play(call);
    return isAdminRefusal(played) ? played : { page: tryItPage(modelOf(call, { step, ...played })) };
  };
}

export const TRY_IT = consolePage({
  url: '/console/try-it',
  show: (call) => tryItPage(modelOf(call)),
  acts: {
    'sign-in': playing('sign-in', signIn),
    mint: playing('sign-in', mintInstead),
    exchange: playing('exchange', exchange),
    redeem: playing('redeem', redeem),
  },
  // It waits for requests to the same org.
  outOfTurn: true,
});
