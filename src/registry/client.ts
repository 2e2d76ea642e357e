/**
 * Clients of the token endpoint: an OIDC app, an AI agent, or the two linked under one client id. Turns what the registry
 * holds into what authentication needs to know.
 */
import { GRANT_TYPE } from '../protocol/urns.js';
import { type AiAgent, agents, credentials } from './ai-agent.js';
import { type Application, applications, type OidcSettings } from './application.js';
import type { AnyCollection, Entity } from './collection.js';
import type { Jwk } from './jwk.js';

/** The part of a view that is needed here. */
export interface Registry {
  // biome-ignore lint/suspicious/noExplicitAny: the record type follows from the collection at each call
  get(collection: AnyCollection, id: string): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  findBy(collection: AnyCollection, index: string, key: string): readonly any[];
}

/** How the client proves who it is. `secret` covers Basic, post and the HMAC assertion. */
export type Proof =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly secrets: readonly string[]; readonly methods: readonly string[] }
  | { readonly kind: 'keys'; readonly jwks: readonly Jwk[] }
  | { readonly kind: 'jwks-uri'; readonly uri: string };

export interface Client {
  readonly clientId: string;
  readonly app?: Application;
  readonly agent?: AiAgent;
  readonly proof: Proof;
  readonly grantTypes: readonly string[];
  /** The app and the agent, whichever there are, are active. */
  readonly active: boolean;
}

const SECRET_METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'];
const AGENT_GRANTS: readonly string[] = [GRANT_TYPE.tokenExchange, GRANT_TYPE.jwtBearer];

function activeSecrets({ clientSecret, otherSecrets }: Pick<OidcSettings, 'clientSecret' | 'otherSecrets'>): string[] {
  const others = otherSecrets.flatMap(({ secret, status }) => (status === 'ACTIVE' ? [secret] : []));
  return clientSecret === undefined ? others : [clientSecret, ...others];
}

function proofOfApp({ tokenEndpointAuthMethod: method, ...oidc }: OidcSettings): Proof {
  if (method === 'none') return { kind: 'none' };
  if (method !== 'private_key_jwt') {
    return { kind: 'secret', secrets: activeSecrets(oidc), methods: [method] };
  }
  return oidc.jwksUri
    ? { kind: 'jwks-uri', uri: oidc.jwksUri }
    : { kind: 'keys', jwks: oidc.jwks.filter((key) => key.status === 'ACTIVE') };
}

/** An agent without an active credential has no keys, and so cannot authenticate. */
function proofOfAgent(registry: Registry, agent: AiAgent): Proof {
  const active = registry.findBy(credentials, 'agent', agent.id).filter((one) => one.status === 'ACTIVE');
  const method = active[0]?.is;
  if (method?.type === 'CLIENT_ID_ONLY') return { kind: 'none' };
  if (method?.type === 'JWKS_URI') return { kind: 'jwks-uri', uri: method.uri };
  if (method?.type === 'CLIENT_SECRET') {
    return { kind: 'secret', secrets: active.map((one) => one.is.secret), methods: SECRET_METHODS };
  }
  return { kind: 'keys', jwks: active.map((one) => one.is.jwk) };
}

/** A linked app is registered with one method; its agent may use the secret in any of the three ways. */
function linkedProof(oidc: OidcSettings): Proof {
  const proof = proofOfApp(oidc);
  return proof.kind === 'secret' ? { ...proof, methods: SECRET_METHODS } : proof;
}

const isActive = (noun?: Entity & { status: string }) => noun === undefined || noun.status === 'ACTIVE';

/** The client with that id, or undefined when the org has none. */
export function findClient(registry: Registry, clientId: string): Client | undefined {
  const app: Application | undefined = registry.findBy(applications, 'clientId', clientId)[0];
  const agent: AiAgent | undefined = registry.get(agents, clientId);
  if (!app?.oidc) {
    return (
      agent && {
        clientId,
        agent,
        proof: proofOfAgent(registry, agent),
        grantTypes: AGENT_GRANTS,
        active: isActive(agent),
      }
    );
  }
  if (!agent) {
    return { clientId, app, proof: proofOfApp(app.oidc), grantTypes: app.oidc.grantTypes, active: isActive(app) };
  }
  return {
    clientId,
    app,
    agent,
    proof: linkedProof(app.oidc),
    grantTypes: [...app.oidc.grantTypes, ...AGENT_GRANTS],
    active: isActive(app) && isActive(agent),
  };
}
