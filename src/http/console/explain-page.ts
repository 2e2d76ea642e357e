/** The door by which a token is explained. What is pasted comes by POST, and is not kept. */
import { isAdminRefusal } from '../../admin/change.js';
import { EXPLAIN_LABELS, explainPage } from '../../console/explain.js';
import type { Values } from '../../console/forms.js';
import { ExplainRequest, explainAsked } from '../../ras/explain-request.js';
import { jsonIn, numberIn } from './form-values.js';
import { audiencesOf } from './offers.js';
import { asked, type ConsoleCall, consolePage } from './page.js';

/** A private key that somebody pastes among the public ones is refused, and does not come back on the page. */
function withoutSecrets(value: Values): Values {
  return (name, stored) => (name === 'keys' && /"[dk]"\s*:/.test(value(name)) ? '' : value(name, stored));
}

const modelOf = ({ at, value, org, view }: ConsoleCall) => ({
  ...{ at, value: withoutSecrets(value), audiences: audiencesOf(org, view), issuer: org.issuer },
});

async function explain(call: ConsoleCall) {
  const { form, org } = call;
  const names = ['audience', 'clientId', 'resource', 'issuer'] as const;
  const request = asked(
    ExplainRequest,
    {
      ...Object.fromEntries(names.map((name) => [name, form.get(name)])),
      // What comes of pasting is no part of a token.
      ...{ token: form.get('token')?.trim(), leeway: numberIn(form.get('leeway')), keys: jsonIn(form.get('keys')) },
    },
    EXPLAIN_LABELS,
  );
  if (isAdminRefusal(request)) return request;
  return { page: explainPage({ ...modelOf(call), explanation: await explainAsked(org, request) }) };
}

export const EXPLAIN_PAGE = consolePage({
  url: '/console/explain',
  show: (call) => explainPage(modelOf(call)),
  acts: { explain },
});
