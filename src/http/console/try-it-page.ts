/** The door of *Try it*: three steps, each of which sends what a requester would send. */
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import { findUser } from '../../admin/users.js';
import { newSessionToken } from '../../authorization/sessions.js';
import type { Hop, Pair } from '../../console/hop.js';
import { type StepName, type TryItModel, tryItPage } from '../../console/try-it.js';
import { endpointBase, expandIssuer } from '../../org.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../../protocol/urns.js';
import { agents } from '../../registry/ai-agent.js';
import { type Application, applications, isSamlApp, type SamlApp } from '../../registry/application.js';
import { resourceConnections } from '../../registry/resource-connection.js';
import { users } from '../../registry/user.js';
import { byId, bySecret, type ClientProof, proofOf } from './client-proof.js';
import { type ConsoleCall, consolePage, type Went } from './page.js';
import { newState, newVerifier, sendOut, sendToOrg } from './requester.js';

/** The most that a list offers. */
const MOST = 50;

const TOKEN_PATH = '/oauth2/v1/token';

/** A step that was played: its hops, and what it puts into the fields of the next. */
interface Played {
  readonly hops: readonly Hop[];
  readonly yields: Readonly<Record<string, string>>;
}

/** The fields as they are, with what a step has put there. */
function modelOf(call: ConsoleCall, played?: { readonly step: StepName } & Played): TryItModel {
  const { view, org, at } = call;
  const connections = view.list(resourceConnections).map(({ issuerUrl }) => expandIssuer(org, issuerUrl));
  const first = { user: view.list(users).find(({ status }) => status === 'ACTIVE')?.profile.login };
  const stored: Readonly<Record<string, string | undefined>> = { ...first, audience: connections[0] };
  return {
    at,
    value: (name) => played?.yields[name] ?? call.value(name, stored[name]),
    apps: view
      .list(applications)
      .filter(({ oidc, saml }) => saml || (oidc?.redirectUris.length ?? 0) > 0)
      .slice(0, MOST)
      .map(({ id, label, saml }) => ({ value: id, label: `${label}, by ${saml ? 'SAML' : 'OpenID Connect'}` })),
    users: view
      .list(users)
      .slice(0, MOST)
      .map(({ profile }) => profile.login),
    agents: view
      .list(agents)
      .slice(0, MOST)
      .map(({ id, profile }) => ({ value: id, label: profile.name })),
    audiences: [...new Set(connections)].slice(0, MOST),
    played,
  };
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** Authorization request, code, ID token. OpenID Connect Core "Authorization Code Flow Steps". */
async function signInByOidc(call: ConsoleCall, app: Application, sessionToken: string): Promise<Played | AdminRefusal> {
  const { redirectUris, clientId, grantTypes } = app.oidc as NonNullable<Application['oidc']>;
  const endpoint = `${endpointBase(call.org, 'org')}/v1/token`;
  const proof = proofOf(call.org, clientId, {
    endpoint,
    key: call.value('appKey'),
    label: 'Private key of the application',
  });
  if (isAdminRefusal(proof)) return proof;
  const { verifier, challenge } = newVerifier();
  const redirectUri: Pair = ['redirect_uri', redirectUris[0] as string];
  const offline = grantTypes.includes(GRANT_TYPE.refreshToken) ? ' offline_access' : '';
  const asked = await sendToOrg(call, '/oauth2/v1/authorize', {
    ...{ title: 'Authorization request, in the browser of the user', method: 'GET', secret: ['sessionToken'] },
    form: [
      ...([
        ['client_id', clientId],
        redirectUri,
        ['response_type', 'code'],
        ['scope', `openid email profile${offline}`],
      ] as const),
      ...([
        ['state', newState()],
        ['nonce', newState()],
        ['code_challenge', challenge],
      ] as const),
      ...([
        ['code_challenge_method', 'S256'],
        ['sessionToken', sessionToken],
      ] as const),
    ],
  });
  const code = new URL(asked.location ?? 'about:blank').searchParams.get('code');
  if (code === null) return { hops: [asked.hop], yields: {} };
  const form: readonly Pair[] = [
    ['grant_type', GRANT_TYPE.authorizationCode],
    ['code', code],
    redirectUri,
    ['code_verifier', verifier],
  ];
  const redeemed = await sendToOrg(call, TOKEN_PATH, { title: 'Code for an ID token', method: 'POST', form, proof });
  const idToken = text(redeemed.json.id_token);
  const yields = idToken === '' ? {} : { subjectToken: idToken, subjectTokenType: 'id_token' };
  return { hops: [asked.hop, redeemed.hop], yields };
}

/** IdP-initiated sign-in: the page that would post itself to the application holds the response. */
async function signInBySaml(call: ConsoleCall, { name, saml }: SamlApp, sessionToken: string): Promise<Played> {
  const { hop } = await sendToOrg(call, `/app/${name}/${saml.externalKey}/sso/saml`, {
    ...{ title: 'Sign-in by SAML, in the browser of the user', method: 'GET', secret: ['sessionToken'] },
    form: [['sessionToken', sessionToken]],
  });
  const response = /name="SAMLResponse" value="([\w+/=]+)"/.exec(hop.answer)?.[1];
  if (response === undefined) return { hops: [hop], yields: {} };
  const xml = Buffer.from(response, 'base64').toString();
  return { hops: [{ ...hop, answer: xml }], yields: { subjectToken: response, subjectTokenType: 'saml2' } };
}

async function signIn(call: ConsoleCall): Promise<Played | AdminRefusal> {
  const { view, org, value } = call;
  const app = view.get(applications, value('app'));
  if (!app) return notValid('app', 'Application: there is none of this id. Choose one of the list.');
  const user = findUser(view, value('user'));
  if (isAdminRefusal(user)) return notValid('user', `User: no one has the login ${value('user')}.`);
  const { token } = await newSessionToken(org, user.id, org.clock.now());
  return isSamlApp(app) ? signInBySaml(call, app, token) : signInByOidc(call, app, token);
}

const TYPES: Readonly<Record<string, string>> = {
  id_token: TOKEN_TYPE.idToken,
  refresh_token: TOKEN_TYPE.refreshToken,
  saml2: TOKEN_TYPE.saml2,
};

const optional = (name: string, value: string): readonly Pair[] => (value === '' ? [] : [[name, value]]);

/** A SAML response buys a refresh token first; that, or an ID token, the ID-JAG. */
async function exchange(call: ConsoleCall): Promise<Played | AdminRefusal> {
  const { org, value } = call;
  const prove = () =>
    proofOf(org, value('agent'), {
      ...{ endpoint: `${endpointBase(org, 'org')}/v1/token`, key: value('agentKey') },
      label: 'Private key of the AI agent',
    });
  const hops: Hop[] = [];
  let [type, subjectToken] = [TYPES[value('subjectTokenType')] ?? TOKEN_TYPE.idToken, value('subjectToken')];
  if (type === TOKEN_TYPE.saml2) {
    const proof = prove();
    if (isAdminRefusal(proof)) return proof;
    const form: readonly Pair[] = [
      ...([
        ['grant_type', GRANT_TYPE.tokenExchange],
        ['requested_token_type', TOKEN_TYPE.refreshToken],
      ] as const),
      ...([
        ['subject_token_type', type],
        ['subject_token', subjectToken],
        ['scope', 'openid offline_access email'],
      ] as const),
    ];
    const bought = await sendToOrg(call, TOKEN_PATH, {
      title: 'SAML response for a refresh token',
      method: 'POST',
      form,
      proof,
    });
    hops.push(bought.hop);
    if (bought.hop.status !== 200) return { hops, yields: {} };
    [type, subjectToken] = [TOKEN_TYPE.refreshToken, text(bought.json.access_token)];
  }
  const proof = prove();
  if (isAdminRefusal(proof)) return proof;
  const form: readonly Pair[] = [
    ...([
      ['grant_type', GRANT_TYPE.tokenExchange],
      ['requested_token_type', TOKEN_TYPE.idJag],
    ] as const),
    ...([
      ['subject_token_type', type],
      ['subject_token', subjectToken],
      ['audience', value('audience')],
    ] as const),
    ...optional('scope', value('scope')),
    ...optional('resource', value('resource')),
  ];
  const granted = await sendToOrg(call, TOKEN_PATH, { title: 'Sign-in for an ID-JAG', method: 'POST', form, proof });
  hops.push(granted.hop);
  if (granted.hop.status !== 200) return { hops, yields: {} };
  return { hops, yields: { idJag: text(granted.json.access_token), ...destination(call) } };
}

/** Where the ID-JAG goes, so far as the org knows it: its own custom servers it knows, of others the client. */
function destination(call: ConsoleCall): Readonly<Record<string, string>> {
  const { view, org, value } = call;
  const isOwn = value('audience').startsWith(`${org.issuer}/oauth2/`);
  const connection = view
    .findBy(resourceConnections, 'agent', value('agent'))
    .find(({ issuerUrl }) => expandIssuer(org, issuerUrl) === value('audience'));
  const clientId = connection?.clientIdAtResource ?? value('agent');
  const known = { clientId, redeemResource: value('resource') };
  return isOwn ? { ...known, tokenEndpoint: `${value('audience')}/v1/token`, clientAuth: 'as-agent' } : known;
}

/** How the client proves itself where the ID-JAG goes. */
function redeemProof(call: ConsoleCall, endpoint: string): ClientProof | AdminRefusal {
  const { org, value } = call;
  const [id, secret, method] = [value('clientId'), value('clientSecret'), value('clientAuth')];
  if (method === 'as-agent') {
    return proofOf(org, value('agent'), { endpoint, key: value('redeemKey'), label: 'Private key for the redemption' });
  }
  if (method === 'none') return byId(id);
  return secret === ''
    ? notValid('clientSecret', 'Client secret: it is missing. It is asked for each time, for it is not kept.')
    : bySecret(id, secret, method);
}

/** An address that a request may go to. */
function isAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

async function redeem(call: ConsoleCall): Promise<Played | AdminRefusal> {
  const { org, value } = call;
  const url = value('tokenEndpoint');
  if (!isAddress(url)) return notValid('tokenEndpoint', 'Token endpoint: it is no http or https URL.');
  const proof = redeemProof(call, url);
  if (isAdminRefusal(proof)) return proof;
  const form: readonly Pair[] = [
    ...([
      ['grant_type', GRANT_TYPE.jwtBearer],
      ['assertion', value('idJag')],
    ] as const),
    ...optional('resource', value('redeemResource')),
  ];
  const sending = { title: 'ID-JAG for an access token', method: 'POST', form, proof } as const;
  const isOwn = url.startsWith(`${org.issuer}/`);
  const { hop } = isOwn
    ? await sendToOrg(call, url.slice(org.issuer.length), sending)
    : await sendOut({ ...sending, url });
  return { hops: [hop], yields: {} };
}

/** Plays a step, and shows the page with what came of it. */
function playing(step: StepName, play: (call: ConsoleCall) => Promise<Played | AdminRefusal>) {
  return async (call: ConsoleCall): Promise<Went | AdminRefusal> => {
    const played = await play(call);
    return isAdminRefusal(played) ? played : { page: tryItPage(modelOf(call, { step, ...played })) };
  };
}

export const TRY_IT = consolePage({
  url: '/console/try-it',
  show: (call) => tryItPage(modelOf(call)),
  acts: {
    'sign-in': playing('sign-in', signIn),
    exchange: playing('exchange', exchange),
    redeem: playing('redeem', redeem),
  },
  // It waits for requests to the same org.
  outOfTurn: true,
});
