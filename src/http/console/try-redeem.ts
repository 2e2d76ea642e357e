/** The third step of *Try it*: the ID-JAG goes to the provider’s token endpoint, by the client that is known there. */
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import type { Pair } from '../../console/hop.js';
import type { Played } from '../../console/try-it.js';
import { GRANT_TYPE } from '../../protocol/urns.js';
import { byId, byOwnKey, bySecret, type ClientProof, proofOf } from './client-proof.js';
import type { ConsoleCall } from './page.js';
import { sendOut, sendToOrg } from './requester.js';
import { agentIdOf, optional } from './try-exchange.js';

const wrong = (says: string) => notValid('tokenEndpoint', `Token endpoint: ${says}.`);

/** The address that the request goes to, or what is wrong with it. */
function addressIn(typed: string): URL | AdminRefusal {
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return wrong('it is no http or https URL');
  if (url.username !== '' || url.password !== '') {
    return wrong('a user name and a password do not belong into a URL. Use the fields for the client');
  }
  return url;
}

const LABEL = 'Private key for the redemption';

const NOT_OUT =
  'Client authentication: the secret that this org has of the agent is sent to this org alone. Choose another way, and type the secret that the provider gave the client.';

/** As the agent of the second step. Its secret is a matter between it and this org. */
function asAgent(call: ConsoleCall, endpoint: string, isOwn: boolean): ClientProof | AdminRefusal {
  const clientId = agentIdOf(call);
  if (isAdminRefusal(clientId)) return clientId;
  const proof = proofOf(call.org, { clientId, endpoint, key: call.value('redeemKey'), label: LABEL });
  return !isOwn && !isAdminRefusal(proof) && proof.showsSecret ? notValid('clientAuth', NOT_OUT) : proof;
}

function proofFor(call: ConsoleCall, endpoint: string, isOwn: boolean): ClientProof | AdminRefusal {
  const { org, value } = call;
  const [clientId, secret, method] = [value('clientId'), value('clientSecret'), value('clientAuth')];
  if (method === 'as-agent') return asAgent(call, endpoint, isOwn);
  if (method === 'none') return byId(clientId);
  if (method === 'private_key_jwt') return byOwnKey(org, { clientId, endpoint, key: value('redeemKey'), label: LABEL });
  return secret === ''
    ? notValid('clientSecret', 'Client secret: it is missing. It is asked for each time, for it is not kept.')
    : bySecret(clientId, secret, method);
}

/** *Redeem*. A server of this org is asked within the process: it need not be reached under its own name. */
export async function redeem(call: ConsoleCall): Promise<Played | AdminRefusal> {
  const { org, value } = call;
  const address = addressIn(value('tokenEndpoint'));
  if (isAdminRefusal(address)) return address;
  const url = address.href;
  const isOwn = url.startsWith(`${org.issuer}/`);
  const proof = proofFor(call, url, isOwn);
  if (isAdminRefusal(proof)) return proof;
  const form: readonly Pair[] = [
    ['grant_type', GRANT_TYPE.jwtBearer],
    ['assertion', value('idJag')],
    ...optional('resource', value('redeemResource')),
  ];
  const sending = { title: 'ID-JAG for an access token', method: 'POST', form, proof } as const;
  const hop = isOwn
    ? (await sendToOrg(call, url.slice(org.issuer.length), sending)).hop
    : await sendOut({ ...sending, url });
  return { hops: [hop], yields: {} };
}
