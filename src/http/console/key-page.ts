/** The door of the keys of each server: changed, published on purpose, and the unfriendly mode. */
import { type AdminRefusal, isAdminRefusal, notFound } from '../../admin/change.js';
import { withQuery } from '../../console/addresses.js';
import { keysPage } from '../../console/keys.js';
import type { Done } from '../../console/notices.js';
import { type KeysChanged, reuseKid, rollBack, rotate, withdraw } from '../../control/keys.js';
import { clearFetches, keysShown } from '../../control/keys-shown.js';
import { PublishRequest, publish, unpublish } from '../../control/published-keys.js';
import { setUnfriendly, UnfriendlyRequest, unfriendlyState } from '../../control/unfriendly.js';
import { SIGNERS } from '../../edge-cases/edits.js';
import { signersWithKey } from '../../on-purpose/published.js';
import { numberIn, textIn } from './form-values.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, valuesOfForm, type Went } from './page.js';

const LABELS = { server: 'Server', kid: 'kid', signers: 'Whose key', seed: 'Seed' };

const serverIn = ({ form, query }: ConsoleCall) => form.get('server') ?? query.get('server') ?? 'org';

function showKeys(call: ConsoleCall) {
  const { at, org } = call;
  const all = keysShown(org);
  const server = serverIn(call);
  const shown = all.find((one) => one.server === server);
  if (!shown) return notFound(server, 'AuthorizationServer');
  const signers = signersWithKey(org.edgeCases.keys());
  return keysPage({
    ...{ at, shown, servers: all.map((one) => one.server), unfriendly: unfriendlyState(org) },
    ...{ publishing: valuesOfForm(call, 'publish'), unfriendlyAs: valuesOfForm(call, 'unfriendly') },
    signers: signers.map((signer) => ({ value: signer, label: `${signer}: ${SIGNERS[signer]}` })),
  });
}

const went = (call: ConsoleCall, done: Done): Went => ({
  to: withQuery('/console/keys', { server: serverIn(call) }),
  done,
});

/** Says what came of it. */
async function unlessRefused(call: ConsoleCall, outcome: Promise<unknown>, done: Done): Promise<Went | AdminRefusal> {
  const refused = labelled(await outcome, LABELS);
  return isAdminRefusal(refused) ? refused : went(call, done);
}

/** A button that changes the keys of one server. */
const changing =
  (change: (call: ConsoleCall, server: string) => Promise<KeysChanged | AdminRefusal>) => async (call: ConsoleCall) => {
    const changed = labelled(await change(call, serverIn(call)), LABELS);
    return isAdminRefusal(changed) ? changed : went(call, changed.happened);
  };

async function publishKeys(call: ConsoleCall) {
  const request = asked(PublishRequest, { server: serverIn(call), signers: call.form.all('signer') }, LABELS);
  return isAdminRefusal(request) ? request : unlessRefused(call, publish(call, request), 'keys-published');
}

async function unfriendly(call: ConsoleCall) {
  const request = asked(UnfriendlyRequest, { on: true, seed: numberIn(call.form.get('seed')) }, LABELS);
  return isAdminRefusal(request) ? request : unlessRefused(call, setUnfriendly(call, request), 'unfriendly');
}

function forget(call: ConsoleCall): Went {
  clearFetches(call);
  return went(call, 'fetches-forgotten');
}

export const KEY_PAGE = consolePage({
  url: '/console/keys',
  show: showKeys,
  acts: {
    rotate: changing((call, server) => rotate(call, { server, now: false })),
    'rotate-now': changing((call, server) => rotate(call, { server, now: true })),
    withdraw: changing((call, server) => withdraw(call, { server, kid: textIn(call.form, 'kid') })),
    'reuse-kid': changing((call, server) => reuseKid(call, { server })),
    'roll-back': changing((call, server) => rollBack(call, { server })),
    publish: publishKeys,
    unpublish: (call) =>
      unlessRefused(call, unpublish(call, serverIn(call), textIn(call.form, 'signer')), 'key-unpublished'),
    ...{ forget, unfriendly },
    friendly: (call) => unlessRefused(call, setUnfriendly(call, { on: false, seed: 1 }), 'friendly'),
  },
});
