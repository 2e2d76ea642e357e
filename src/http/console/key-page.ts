/** The door of the keys of each server: changed, published on purpose, and the unfriendly mode. */
import type * as z from 'zod';
import { type AdminRefusal, isAdminRefusal, notFound } from '../../admin/change.js';
import { withQuery } from '../../console/addresses.js';
import { keysPage } from '../../console/keys.js';
import type { Done } from '../../console/notices.js';
import {
  type KeysChanged,
  KeysRequest,
  RotateRequest,
  reuseKid,
  rollBack,
  rotate,
  WithdrawRequest,
  withdraw,
} from '../../control/keys.js';
import { clearFetches, keysShown } from '../../control/keys-shown.js';
import { PublishRequest, publish, unpublish } from '../../control/published-keys.js';
import { setUnfriendly, UnfriendlyRequest, unfriendlyState } from '../../control/unfriendly.js';
import { SIGNERS } from '../../edge-cases/edits.js';
import { signersWithKey } from '../../on-purpose/published.js';
import { numberIn } from './form-values.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';

const LABELS = { server: 'Server', kid: 'kid', signers: 'Whose key', seed: 'Seed' };

const serverIn = ({ form, query }: ConsoleCall) => form.get('server') ?? query.get('server') ?? 'org';

function showKeys(call: ConsoleCall) {
  const { at, value, org } = call;
  const all = keysShown(org);
  const server = serverIn(call);
  const shown = all.find((one) => one.server === server);
  if (!shown) return notFound(server, 'AuthorizationServer');
  const signers = signersWithKey(org.edgeCases.keys());
  return keysPage({
    ...{ at, value, shown, servers: all.map((one) => one.server), unfriendly: unfriendlyState(org) },
    signers: signers.map((signer) => ({ value: signer, label: `${signer}: ${SIGNERS[signer]}` })),
  });
}

const went = (call: ConsoleCall, done: Done): Went => ({
  to: withQuery('/console/keys', { server: call.form.get('server') }),
  done,
});

/** A button that changes the keys of one server, by the schema that the control API has for it. */
function changing<T extends z.ZodType>(
  schema: T,
  change: (call: ConsoleCall, request: z.infer<T>) => Promise<KeysChanged | AdminRefusal>,
  more: object = {},
) {
  return async (call: ConsoleCall) => {
    const { form } = call;
    const request = asked<z.infer<T>>(schema as z.ZodType<z.infer<T>>, { server: form.get('server'), ...more }, LABELS);
    if (isAdminRefusal(request)) return request;
    const changed = await change(call, request);
    return isAdminRefusal(changed) ? changed : went(call, changed.happened);
  };
}

const withKid = (call: ConsoleCall) => changing(WithdrawRequest, withdraw, { kid: call.form.get('kid') })(call);

async function publishKeys(call: ConsoleCall) {
  const { form } = call;
  const request = asked(PublishRequest, { server: form.get('server'), signers: form.all('signer') }, LABELS);
  if (isAdminRefusal(request)) return request;
  const published = await publish(call, request);
  return isAdminRefusal(published) ? published : went(call, 'keys-published');
}

async function unfriendly(call: ConsoleCall) {
  const request = asked(UnfriendlyRequest, { on: true, seed: numberIn(call.form.get('seed')) }, LABELS);
  if (isAdminRefusal(request)) return request;
  const state = await setUnfriendly(call, request);
  return isAdminRefusal(state) ? state : went(call, 'unfriendly');
}

async function friendly(call: ConsoleCall) {
  const state = await setUnfriendly(call, { on: false, seed: 1 });
  return isAdminRefusal(state) ? state : went(call, 'friendly');
}

function forget(call: ConsoleCall): Went {
  clearFetches(call);
  return went(call, 'fetches-forgotten');
}

export const KEY_PAGE = consolePage({
  url: '/console/keys',
  show: showKeys,
  acts: {
    rotate: changing(RotateRequest, rotate),
    'rotate-now': changing(RotateRequest, rotate, { now: true }),
    withdraw: withKid,
    'reuse-kid': changing(KeysRequest, reuseKid),
    'roll-back': changing(KeysRequest, rollBack),
    publish: publishKeys,
    unpublish: async (call) =>
      (await unpublish(call, serverIn(call), call.form.get('signer') ?? '')) ?? went(call, 'key-unpublished'),
    ...{ forget, unfriendly, friendly },
  },
});
