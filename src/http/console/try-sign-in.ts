/** The first step of *Try it*: what the browser of a user and the application do at the org, up to what can be exchanged. */
import { type AdminRefusal, isAdminRefusal, notValid, sentencesOf } from '../../admin/change.js';
import { askedCaller } from '../../admin/readiness-exchanges.js';
import { findUser } from '../../admin/users.js';
import { samlUrl } from '../../authorization/saml-app.js';
import { newSessionToken } from '../../authorization/sessions.js';
import type { Hop, Pair } from '../../console/hop.js';
import type { Played } from '../../console/try-it.js';
import { mint } from '../../control/mint.js';
import { MintRequest } from '../../control/mint-request.js';
import { applicationAsked } from '../../control/mint-subjects.js';
import { endpointBase } from '../../org.js';
import { isMistake } from '../../protocol/mistake.js';
import { GRANT_TYPE } from '../../protocol/urns.js';
import type { AiAgent } from '../../registry/ai-agent.js';
import { type Application, isSamlApp, type OidcSettings, type SamlApp } from '../../registry/application.js';
import type { User } from '../../registry/user.js';
import { type ClientProof, proofOf } from './client-proof.js';
import type { ConsoleCall } from './page.js';
import { newState, newVerifier, sendToOrg } from './requester.js';
import { refreshTokenFor } from './try-exchange.js';
import { agentOf, audiencesOf, isSignedInTo } from './try-it-view.js';

/** Who signs in to what. */
interface SigningIn {
  readonly app: Application;
  readonly user: User;
  /** Who exchanges the sign-in. */
  readonly agent: AiAgent | undefined;
}

function signingIn(call: ConsoleCall): SigningIn | AdminRefusal {
  const { view, value } = call;
  const app = applicationAsked(view, value('app'));
  if (!app) return notValid('app', 'Application: there is none of this name. Choose one of the list.');
  if (!isSignedInTo(app)) return notValid('app', 'Application: nobody signs in to this one. Choose one of the list.');
  const user = findUser(view, value('user'));
  if (isAdminRefusal(user)) return notValid('user', `User: no one has the login ${value('user')}.`);
  return { app, user, agent: agentOf(call, app) };
}

/** What the next step begins with: the agent, and a resource that it is connected to. */
function nextFor(call: ConsoleCall, { agent }: SigningIn): Readonly<Record<string, string>> {
  if (!agent) return {};
  const audiences = audiencesOf(call, agent.id);
  const [audience] = audiences.includes(call.value('audience')) ? [] : audiences;
  return { agent: agent.id, ...(audience !== undefined && { audience }) };
}

/** The code that comes back to the redirect URI. */
const codeIn = (location = 'about:blank') => new URL(location).searchParams.get('code');

/** Authorization request, code, ID token. OpenID Connect Core "Authorization Code Flow Steps". */
async function byOidc(
  call: ConsoleCall,
  base: string,
  { clientId, redirectUris, grantTypes }: OidcSettings,
  { sessionToken, proof }: { readonly sessionToken: string; readonly proof: ClientProof },
): Promise<{ readonly hops: readonly Hop[]; readonly idToken?: unknown }> {
  const { verifier, challenge } = newVerifier();
  const redirectUri: Pair = ['redirect_uri', redirectUris[0] as string];
  const offline = grantTypes.includes(GRANT_TYPE.refreshToken) ? ' offline_access' : '';
  const asked = await sendToOrg(call, `${base}/v1/authorize`, {
    ...{ title: 'Authorization request, in the browser of the user', method: 'GET' },
    form: [
      ...pairs({ client_id: clientId, response_type: 'code', scope: `openid email profile${offline}` }),
      ...[redirectUri, ...pairs({ state: newState(), nonce: newState(), prompt: 'none' })],
      ...pairs({ code_challenge: challenge, code_challenge_method: 'S256', sessionToken }),
    ],
  });
  const code = codeIn(asked.location);
  if (code === null) return { hops: [asked.hop] };
  const form = [...pairs({ grant_type: GRANT_TYPE.authorizationCode, code, code_verifier: verifier }), redirectUri];
  const sending = { title: 'Code for an ID token', method: 'POST', form, proof } as const;
  const redeemed = await sendToOrg(call, `${base}/v1/token`, sending);
  return { hops: [asked.hop, redeemed.hop], idToken: redeemed.json.id_token };
}

const pairs = (of: Readonly<Record<string, string>>): readonly Pair[] => Object.entries(of);

const TO_MINT =
  'Without it the application cannot sign anybody in. Its ID token can be minted instead: as good as a real one, but nobody signed in.';

async function signInByOidc(call: ConsoleCall, who: SigningIn, sessionToken: string): Promise<Played | AdminRefusal> {
  const { app, agent } = who;
  const oidc = app.oidc as OidcSettings;
  const server = agent ? askedCaller(call.view, agent, app).server : 'org';
  const endpoint = `${endpointBase(call.org, server)}/v1/token`;
  const [key, label] = [call.value('appKey'), 'Private key of the application'];
  const proof = proofOf(call.org, { clientId: oidc.clientId, endpoint, key, label });
  if (isAdminRefusal(proof)) {
    if (key !== '') return proof;
    return { hops: [], yields: {}, remarks: [`${sentencesOf(proof).join(' ')} ${TO_MINT}`], unproved: true };
  }
  const base = endpointBase(call.org, server).slice(call.org.issuer.length);
  const { hops, idToken } = await byOidc(call, base, oidc, { sessionToken, proof });
  if (typeof idToken !== 'string') return { hops, yields: {} };
  return { hops, yields: { ...nextFor(call, who), subjectToken: idToken, subjectTokenType: 'id_token' } };
}

const NO_AGENT =
  'No AI agent has this application for a caller, so none can exchange the response. Add it on the tab Callers of the agent.';

/** IdP-initiated sign-in: the page that would post itself to the application holds the response, which buys a refresh token. */
async function signInBySaml(
  call: ConsoleCall,
  who: SigningIn & { readonly app: SamlApp },
  sessionToken: string,
): Promise<Played> {
  const { hop, body } = await sendToOrg(call, samlUrl(call.org, who.app, 'sso').slice(call.org.issuer.length), {
    ...{ title: 'Sign-in by SAML, in the browser of the user', method: 'GET', form: pairs({ sessionToken }) },
  });
  const response = /name="SAMLResponse" value="([\w+/=]+)"/.exec(body)?.[1];
  if (response === undefined) return { hops: [hop], yields: {} };
  const hops = [{ ...hop, answer: Buffer.from(response, 'base64').toString() }];
  const yields = { ...nextFor(call, who), subjectToken: response, subjectTokenType: 'saml2' };
  if (!who.agent) return { hops, yields, remarks: [NO_AGENT] };
  const bought = await refreshTokenFor(call, who.agent.id, { response, key: '' });
  if (isAdminRefusal(bought)) {
    const why = `${sentencesOf(bought).join(' ')} The response is exchanged in the next step, with that key.`;
    return { hops, yields, remarks: [why] };
  }
  const all = [...hops, bought.hop];
  if (bought.token === undefined) return { hops: all, yields: nextFor(call, who) };
  return { hops: all, yields: { ...yields, subjectToken: bought.token, subjectTokenType: 'refresh_token' } };
}

/** *Sign in*. */
export async function signIn(call: ConsoleCall): Promise<Played | AdminRefusal> {
  const who = signingIn(call);
  if (isAdminRefusal(who)) return who;
  const { app, user } = who;
  const { token } = await newSessionToken(call.org, user.id, call.org.clock.now());
  return isSamlApp(app) ? signInBySaml(call, { ...who, app }, token) : signInByOidc(call, who, token);
}

/** *Mint the ID token*, where nobody can sign in. */
export async function mintInstead(call: ConsoleCall): Promise<Played | AdminRefusal> {
  const who = signingIn(call);
  if (isAdminRefusal(who)) return who;
  const { app, user } = who;
  const asked = MintRequest.parse({ token: 'id-token', user: user.id, application: app.id });
  const minted = await mint(call.org, asked);
  if (isMistake(minted)) return notValid(minted.path, `Application: ${minted.mistake}.`);
  return {
    hops: [],
    remarks: ['The subject token of the next step was minted: nobody signed in.'],
    yields: { ...nextFor(call, who), subjectToken: minted.token, subjectTokenType: 'minted' },
  };
}
