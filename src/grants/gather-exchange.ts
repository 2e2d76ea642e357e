/** Reads the request of an exchange into its facts, whatever it asks for. */
import { gatherPolicyFacts } from '../access/policy-facts.js';
import { words } from '../protocol/form.js';
import { known } from '../protocol/rule.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import { readActorToken } from './actor-token.js';
import { type ClientCall, serverId } from './call.js';
import type { ExchangeFacts } from './exchange-facts.js';
import { callerBy, NO_ASSERTION, readSamlAssertion } from './saml-assertion.js';
import { SUBJECT_TOKEN_READERS } from './subject-token.js';

/** The subject token, of whichever kind it is, and whose it is. */
async function readSubject({ form, org, view, now }: ClientCall) {
  const sent = form.get('subject_token');
  const subjectTokenType = form.get('subject_token_type');
  const sources = { org, view, now };
  if (sent !== undefined && subjectTokenType === TOKEN_TYPE.saml2) {
    const saml = await readSamlAssertion(sent, sources);
    return { saml, subject: undefined, whose: callerBy(saml) };
  }
  const read = SUBJECT_TOKEN_READERS.get(subjectTokenType ?? '');
  const subject = sent && read ? await read(sent, sources) : undefined;
  const token = known(subject);
  const whose = { callerId: token?.clientId, issuedBy: token?.server, userId: token?.userId };
  return { saml: NO_ASSERTION, subject, whose };
}

export async function gatherExchange(call: ClientCall): Promise<ExchangeFacts> {
  const { form, org, view } = call;
  const { saml, subject, whose } = await readSubject(call);
  const scopeText = form.get('scope');
  const policy = gatherPolicyFacts({
    ...{ org, view, agent: call.client.agent, ...whose },
    ...{ audiences: form.all('audience'), resources: form.all('resource'), scopes: words(scopeText) },
  });
  return {
    server: serverId(call),
    publicClient: call.client.proof.kind === 'none',
    requestedTokenType: form.get('requested_token_type'),
    subjectTokenSent: form.get('subject_token') !== undefined,
    subjectTokenType: form.get('subject_token_type'),
    subject,
    actorTokenSent: form.get('actor_token') !== undefined,
    actorTokenType: form.get('actor_token_type'),
    actor: await readActorToken(call),
    scopeText,
    canSign: org.keys.canSign('org'),
    now: call.now,
    ...saml,
    ...policy,
  };
}
