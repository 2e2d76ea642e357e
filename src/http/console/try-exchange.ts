/** The second step of *Try it*: the AI agent exchanges a sign-in for an ID-JAG, after the response of a sign-in by SAML for a refresh token. */
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import type { Hop, Pair } from '../../console/hop.js';
import type { Played } from '../../console/try-it.js';
import { agentAsked } from '../../control/mint-subjects.js';
import { endpointBase, expandIssuer, issuerOf } from '../../org.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../../protocol/urns.js';
import { authorizationServers } from '../../registry/authorization-server.js';
import { resourceConnections } from '../../registry/resource-connection.js';
import { proofOf } from './client-proof.js';
import type { ConsoleCall } from './page.js';
import { sendToOrg } from './requester.js';

const TOKEN_PATH = '/oauth2/v1/token';

const TYPES: Readonly<Record<string, string>> = {
  id_token: TOKEN_TYPE.idToken,
  minted: TOKEN_TYPE.idToken,
  refresh_token: TOKEN_TYPE.refreshToken,
  saml2: TOKEN_TYPE.saml2,
};

/** What an exchange came to; no token: it was refused. */
interface Exchanged {
  readonly hop: Hop;
  readonly token: string | undefined;
}

/** One exchange by the agent, which proves itself anew each time: an assertion is good once. */
async function exchangeBy(
  call: ConsoleCall,
  { agentId, key, title }: { readonly agentId: string; readonly key: string; readonly title: string },
  form: readonly Pair[],
): Promise<Exchanged | AdminRefusal> {
  const endpoint = `${endpointBase(call.org, 'org')}/v1/token`;
  const proof = proofOf(call.org, { clientId: agentId, endpoint, key, label: 'Private key of the AI agent' });
  if (isAdminRefusal(proof)) return proof;
  const whole: readonly Pair[] = [['grant_type', GRANT_TYPE.tokenExchange], ...form];
  const { hop, json } = await sendToOrg(call, TOKEN_PATH, { title, method: 'POST', form: whole, proof });
  return { hop, token: typeof json.access_token === 'string' ? json.access_token : undefined };
}

/** Exchanges the response of a sign-in by SAML for a refresh token. @param key private JWK of the agent, or nothing */
export function refreshTokenFor(
  call: ConsoleCall,
  agentId: string,
  { response, key }: { readonly response: string; readonly key: string },
): Promise<Exchanged | AdminRefusal> {
  return exchangeBy(call, { agentId, key, title: 'SAML response for a refresh token' }, [
    ['requested_token_type', TOKEN_TYPE.refreshToken],
    ['subject_token_type', TOKEN_TYPE.saml2],
    ['subject_token', response],
    ['scope', 'openid offline_access email'],
  ]);
}

/** A parameter that is left out where it is empty. */
export const optional = (name: string, value: string): readonly Pair[] => (value === '' ? [] : [[name, value]]);

function idJagFor(call: ConsoleCall, agentId: string, [type, token]: Pair): Promise<Exchanged | AdminRefusal> {
  const { value } = call;
  return exchangeBy(call, { agentId, key: value('agentKey'), title: 'Sign-in for an ID-JAG' }, [
    ['requested_token_type', TOKEN_TYPE.idJag],
    ['subject_token_type', type],
    ['subject_token', token],
    ['audience', value('audience')],
    ...optional('scope', value('scope')),
    ...optional('resource', value('resource')),
  ]);
}

/** Where the ID-JAG goes, so far as the org knows it: its own custom servers it knows, of others the client. */
function destination({ view, org, value }: ConsoleCall, agentId: string): Readonly<Record<string, string>> {
  const audience = value('audience');
  const server = view.list(authorizationServers).find(({ id }) => issuerOf(org, id) === audience);
  const connection = view
    .findBy(resourceConnections, 'agent', agentId)
    .find(({ issuerUrl }) => expandIssuer(org, issuerUrl) === audience);
  const known = { clientId: connection?.clientIdAtResource ?? agentId, redeemResource: value('resource') };
  if (!server) return known;
  return { ...known, tokenEndpoint: `${endpointBase(org, server.id)}/v1/token`, clientAuth: 'as-agent' };
}

/** Id of the AI agent of the form. */
export function agentIdOf({ view, value }: ConsoleCall): string | AdminRefusal {
  const agent = agentAsked(view, value('agent'));
  return agent?.id ?? notValid('agent', 'AI agent: there is none of this name. Choose one of the list.');
}

/** *Exchange*. */
export async function exchange(call: ConsoleCall): Promise<Played | AdminRefusal> {
  const { value } = call;
  const agentId = agentIdOf(call);
  if (isAdminRefusal(agentId)) return agentId;
  const hops: Hop[] = [];
  let [type, token] = [TYPES[value('subjectTokenType')] ?? TOKEN_TYPE.idToken, value('subjectToken')];
  if (type === TOKEN_TYPE.saml2) {
    const bought = await refreshTokenFor(call, agentId, { response: token, key: value('agentKey') });
    if (isAdminRefusal(bought)) return bought;
    hops.push(bought.hop);
    if (bought.token === undefined) return { hops, yields: {} };
    [type, token] = [TOKEN_TYPE.refreshToken, bought.token];
  }
  const granted = await idJagFor(call, agentId, [type, token]);
  if (isAdminRefusal(granted)) return granted;
  hops.push(granted.hop);
  const kept = hops.length > 1 ? { subjectToken: token, subjectTokenType: 'refresh_token' } : {};
  if (granted.token === undefined) return { hops, yields: kept };
  return { hops, yields: { ...kept, idJag: granted.token, ...destination(call, agentId) } };
}
