/**
 * What an administrator says of an application, and what is wrong with it: by itself, and among the other things of the org.
 */
import { type Org, storedForms } from '../org.js';
import { newSecret } from '../protocol/ids.js';
import { agents } from '../registry/ai-agent.js';
import { type Application, applications, type OidcSettings, type SamlSettings } from '../registry/application.js';
import { secretsOf, withSecrets } from '../registry/application-secrets.js';
import type { View } from '../store/port.js';
import { type AdminRefusal, notValid } from './change.js';

/** The settings of an OIDC app without what it is given by the org, and without what has its own endpoints. */
export interface OidcContent
  extends Omit<OidcSettings, 'clientId' | 'clientSecret' | 'clientSecretDates' | 'otherSecrets' | 'oktaScopes'> {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
}

export type SamlContent = Omit<SamlSettings, 'externalKey'>;

/** An application as it is asked for: OIDC or SAML. `xaa.issuerUrl` as it is sent, not as it is stored. */
export interface ApplicationContent extends Pick<Application, 'label' | 'origin' | 'xaa'> {
  readonly oidc?: OidcContent;
  readonly saml?: SamlContent;
}

/** What the content is judged beside: the application it replaces, if any. */
export interface ContentFacts {
  readonly content: ApplicationContent;
  readonly before: Application | undefined;
  readonly org: Org;
  readonly view: View;
}

interface ContentRule {
  readonly about: string;
  readonly holds: (facts: ContentFacts) => boolean;
  readonly cause: string;
}

const grantsOf = ({ oidc }: ApplicationContent): readonly string[] => oidc?.grantTypes ?? [];

const hasKeys = ({ jwks, jwksUri }: OidcContent) =>
  jwksUri !== undefined || jwks.some(({ status }) => status === 'ACTIVE');

/** In the order in which refusals win. */
export const CONTENT_RULES: readonly ContentRule[] = [
  {
    about: 'signOnMode',
    holds: ({ content, before }) =>
      before === undefined || (content.oidc === undefined) === (before.oidc === undefined),
    cause: 'an application keeps the sign-on mode it was created with; create another one',
  },
  {
    about: 'client_id',
    holds: ({ content, before }) =>
      content.oidc?.clientId === undefined || before === undefined || content.oidc.clientId === before.oidc?.clientId,
    cause: 'an application keeps its client id',
  },
  {
    about: 'client_id',
    holds: ({ content, before, view }) =>
      before !== undefined || view.get(agents, content.oidc?.clientId ?? '') === undefined,
    cause: 'an AI agent has this client id; an app gets it only by being linked to the agent',
  },
  {
    about: 'redirect_uris',
    holds: ({ content }) =>
      !grantsOf(content).includes('authorization_code') || content.oidc?.redirectUris.length !== 0,
    cause: 'the grant type authorization_code needs at least one',
  },
  {
    about: 'jwks',
    holds: ({ content: { oidc } }) => oidc?.tokenEndpointAuthMethod !== 'private_key_jwt' || hasKeys(oidc),
    cause: 'private_key_jwt needs public keys: send jwks with at least one active key, or jwks_uri',
  },
  {
    about: 'issuerUrl',
    holds: ({ content, before, org, view }) =>
      storedForms(org, content.xaa.issuerUrl ?? '')
        .flatMap((form) => view.findBy(applications, 'issuerUrl', form))
        .every((other) => other.id === before?.id),
    cause: 'another application of this org has this Issuer URL; each may stand only once',
  },
];

/** Why the content is refused, or undefined. */
export function judgeContent(facts: ContentFacts): AdminRefusal | undefined {
  const broken = CONTENT_RULES.find(({ holds }) => !holds(facts));
  return broken && notValid(broken.about, `${broken.about}: ${broken.cause}`);
}

/** A secret takes the place of the one in use; what is one of the app's already changes nothing. */
function secretReplaced(oidc: OidcSettings, secret: string | undefined, now: string): OidcSettings {
  const secrets = secretsOf(oidc);
  if (secret === undefined || secrets.some((one) => one.secret === secret)) return oidc;
  const others = secrets.filter((one) => one.secret !== oidc.clientSecret);
  return withSecrets(oidc, [{ secret, status: 'ACTIVE', created: now, lastUpdated: now }, ...others]);
}

const NEEDS_SECRET = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'];

/** What an OIDC app keeps when its settings are replaced. */
function keptOf({ clientId, clientSecret, clientSecretDates, otherSecrets, oktaScopes }: OidcSettings) {
  return { clientId, clientSecret, clientSecretDates, otherSecrets, oktaScopes };
}

/**
 * The settings of an OIDC app from what is asked for.
 * @param before the settings it had: its client id, secrets, granted scopes and the dates of its keys stay
 */
export function oidcFrom(
  { clientId, clientSecret, ...content }: OidcContent,
  before: OidcSettings | undefined,
  appId: string,
  now: string,
): OidcSettings {
  const jwks = content.jwks.map((key) => {
    const known = before?.jwks.find(({ kid }) => kid === key.kid);
    return { ...key, created: known ? known.created : now, lastUpdated: known ? known.lastUpdated : now };
  });
  const kept = before ? keptOf(before) : { clientId: clientId ?? appId, otherSecrets: [], oktaScopes: [] };
  const oidc = { ...content, jwks, ...kept };
  const needsOne = NEEDS_SECRET.includes(content.tokenEndpointAuthMethod) && secretsOf(oidc).length === 0;
  return secretReplaced(oidc, clientSecret ?? (needsOne ? newSecret(64) : undefined), now);
}
