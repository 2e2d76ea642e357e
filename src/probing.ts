/**
 * The probe as the command line and the library have it: it starts an org of its own, or drives a running one by its control
 * API.
 */
import { requestControl } from './control-request.js';
import { drivenProbe, type OpenIdp, ProbeFailure, type Probing } from './driven-probe.js';
import type { Target } from './probe/bench.js';
import { type Ask, idpRefusal } from './probe/idp.js';
import type { ProbeOptions, ProbeOptionsInput } from './probe/options.js';
import { orgOfProbe } from './probe/org-of-probe.js';
import type { Begun } from './probe/running.js';
import { type RunningOrg, start } from './start.js';

/** The control API of a running org. */
export function askControl(url: string, apiToken: string | undefined): Ask {
  return async (method, path, body) => {
    const response = await requestControl({ url, apiToken }, method, path, body).catch((error: Error) => {
      throw new ProbeFailure(`The control API at ${url} cannot be asked: ${error.message}.`);
    });
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    if (response.ok) return answer;
    throw idpRefusal(response.status, answer);
  };
}

/** What the user runs stays open. */
const nothing = async () => undefined;

async function openIdp(options: ProbeOptions, target: Target): Promise<OpenIdp> {
  const { url, apiToken, host, port, publicUrl, tlsCert, tlsKey } = options.idp;
  if (url !== undefined) {
    const ask = askControl(url.replace(/\/$/, ''), apiToken);
    const [keys] = (await ask('GET', '/_mock/keys')) as readonly [{ readonly issuer: string }];
    return { issuer: keys.issuer, ask, close: nothing };
  }
  const issuer = publicUrl?.replace(/\/$/, '');
  const place = { host, port, issuer, tlsCert, tlsKey, controlPort: 0 };
  const org: RunningOrg = await start({ org: orgOfProbe(options, target), store: 'memory:', ...place });
  const control = String(org.controlUrl);
  return { issuer: org.issuer, ask: askControl(control, undefined), close: () => org.close() };
}

/**
 * Probes a resource authorization server: fires the edge cases at it and judges what it does.
 * @param input what `probe.json` has
 * @param heard told of the server and the setup before anything is fired
 * @throws {ProbeFailure} when the options cannot be used; what goes wrong later, when it is iterated
 */
export function probe(input: ProbeOptionsInput, heard?: (begun: Begun) => void): Probing {
  return drivenProbe(input, heard, openIdp);
}
