/** The doors of the tab *Credentials* of an AI agent. */
import * as z from 'zod';
import {
  addAgentKey,
  addAgentSecret,
  deleteAgentCredential,
  removeJwksUri,
  setAgentCredentialStatus,
  setJwksUri,
} from '../../admin/agent-credentials.js';
import { credentialsOf, findAgent } from '../../admin/agent-parts.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { addPublicKeyPage, credentialsTab, secretPage } from '../../console/agent-credentials.js';
import { agentPath } from '../../console/agent-frame.js';
import type { Done } from '../../console/notices.js';
import type { AiAgent, Credential } from '../../registry/ai-agent.js';
import { ofAgent } from './agent-call.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';
import { publicKeyAsked } from './public-key.js';

const idOf = (call: ConsoleCall) => call.param('agentId');
const tabOf = (call: ConsoleCall) => agentPath(idOf(call), 'Credentials');

const Changeable = z.enum(['PUBLIC_KEY', 'CLIENT_SECRET']);

/** Does something to the credential that the form names. */
function toCredential(
  change: (
    call: ConsoleCall,
    target: { agentId: string; id: string; method: 'PUBLIC_KEY' | 'CLIENT_SECRET' },
  ) => Promise<unknown>,
  done: Done,
) {
  return async (call: ConsoleCall): Promise<Went | AdminRefusal> => {
    const method = asked(Changeable, call.value('method'), { '': 'Credential' });
    if (isAdminRefusal(method)) return method;
    const outcome = await change(call, { agentId: idOf(call), id: call.value('credential'), method });
    return isAdminRefusal(outcome) ? outcome : { to: tabOf(call), done };
  };
}

async function addSecret(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const added = await addAgentSecret(call, idOf(call));
  if (isAdminRefusal(added)) return added;
  const { secret } = added.is as Extract<Credential['is'], { type: 'CLIENT_SECRET' }>;
  const agent = findAgent(call.view, idOf(call)) as AiAgent;
  return { page: secretPage({ at: call.at, agent }, secret) };
}

const Uri = z.url({ protocol: /^https?$/, error: 'is no http or https URL' }).max(2000);

async function setUri(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const uri = asked(Uri, call.value('uri'), { '': 'JWKS URI' });
  if (isAdminRefusal(uri)) return uri;
  const outcome = await setJwksUri(call, idOf(call), uri);
  return isAdminRefusal(outcome) ? outcome : { to: tabOf(call), done: 'uri-saved' };
}

async function removeUri(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const outcome = await removeJwksUri(call, idOf(call));
  return isAdminRefusal(outcome) ? outcome : { to: tabOf(call), done: 'uri-removed' };
}

const CREDENTIALS = consolePage({
  url: '/console/ai-agents/:agentId/credentials',
  show: (call) =>
    ofAgent(call, (call) => credentialsTab({ ...call, credentials: credentialsOf(call.view, call.agent.id) })),
  acts: {
    'add-secret': addSecret,
    'set-uri': setUri,
    'remove-uri': removeUri,
    activate: toCredential((call, target) => setAgentCredentialStatus(call, target, 'ACTIVE'), 'credential-activated'),
    deactivate: toCredential(
      (call, target) => setAgentCredentialStatus(call, target, 'INACTIVE'),
      'credential-deactivated',
    ),
    delete: toCredential(deleteAgentCredential, 'credential-deleted'),
  },
});

/** The key as the form has it, by the schema of the API. */
async function addKey(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const key = publicKeyAsked(call.value('key'), call.value('kid'));
  if (isAdminRefusal(key)) return key;
  const { status, ...jwk } = key;
  const outcome = await addAgentKey(call, idOf(call), jwk, status);
  return isAdminRefusal(outcome) ? outcome : { to: tabOf(call), done: 'key-added' };
}

const ADD_PUBLIC_KEY = consolePage({
  url: '/console/ai-agents/:agentId/credentials/add-public-key',
  show: (call) => ofAgent(call, addPublicKeyPage),
  acts: { done: addKey },
});

export const AGENT_CREDENTIAL_PAGES = [CREDENTIALS, ADD_PUBLIC_KEY];
