/**
 * What an administrator says of an application, and what is wrong with it: by itself, and among the other things of the org.
 */
import { expandIssuer, type Org, storedForms } from '../org.js';
import { newSecret } from '../protocol/ids.js';
import { agents } from '../registry/ai-agent.js';
import { type Application, applications, type OidcSettings } from '../registry/application.js';
import { secretsOf, withSecrets } from '../registry/application-secrets.js';
import { SAML_ROWS, type SamlContent } from '../registry/saml-settings.js';
import type { View } from '../store/port.js';
import { type AdminRefusal, notValid } from './change.js';

/** The settings of an OIDC app without what it is given by the org, and without what has its own endpoints. */
export interface OidcContent
  extends Omit<OidcSettings, 'clientId' | 'clientSecret' | 'clientSecretDates' | 'otherSecrets' | 'oktaScopes'> {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
}

/** An application as it is asked for: OIDC or SAML. `xaa.issuerUrl` as it is sent, not as it is stored. */
export interface ApplicationContent extends Pick<Application, 'label' | 'origin' | 'xaa'> {
  readonly oidc?: OidcContent | undefined;
  /** Absent with `oidc`, too: the settings of SAML stay as they are. */
  readonly saml?: SamlContent | undefined;
  /** Of the key that signs from now on; absent: the one that does so already. */
  readonly signingKid?: string | undefined;
}

/** What would be asked for to have the application as it is. */
export function contentOf(org: Org, { label, origin, xaa, oidc, saml }: Application): ApplicationContent {
  const { issuerUrl } = xaa;
  return {
    ...{ label, origin, saml },
    xaa: issuerUrl === undefined ? xaa : { ...xaa, issuerUrl: expandIssuer(org, issuerUrl) },
    ...(oidc && { oidc: withoutKept(oidc) }),
  };
}

/** What the content is judged beside: the application it replaces, if any. */
export interface ContentFacts {
  readonly content: ApplicationContent;
  readonly before: Application | undefined;
  readonly org: Org;
  readonly view: View;
}

interface ContentRule {
  readonly name: string;
  readonly about: string;
  readonly holds: (facts: ContentFacts) => boolean;
  readonly cause: string;
  /** Where the value stands that may stand only once, if it is about that. */
  readonly location?: string;
}

const grantsOf = ({ oidc }: ApplicationContent): readonly string[] => oidc?.grantTypes ?? [];

const hasKeys = ({ jwks, jwksUri }: OidcContent) =>
  jwksUri !== undefined || jwks.some(({ status }) => status === 'ACTIVE');

/** Of an application that is not there yet. */
const NO_KEYS = { signingKeys: [] };

const CLIENT_ID = 'credentials.oauthClient.client_id';

/** Whether an app has the client id: a linked app has its agent's, and its own id again when it is unlinked. */
const hasClientId = (view: View, clientId: string) =>
  view.get(applications, clientId) !== undefined || view.findBy(applications, 'clientId', clientId).length > 0;

/** In the order in which refusals win. */
const CONTENT_RULES: readonly ContentRule[] = [
  {
    name: 'sign-on-mode-kept',
    about: 'signOnMode',
    holds: ({ content, before }) =>
      before === undefined || (content.oidc === undefined) === (before.oidc === undefined),
    cause: 'an application keeps the sign-on mode it was created with; create another one',
  },
  {
    name: 'client-id-kept',
    about: 'client_id',
    holds: ({ content, before }) =>
      content.oidc?.clientId === undefined || before === undefined || content.oidc.clientId === before.oidc?.clientId,
    cause: 'an application keeps its client id',
  },
  {
    name: 'client-id-of-no-agent',
    about: 'client_id',
    holds: ({ content, before, view }) =>
      before !== undefined || view.get(agents, content.oidc?.clientId ?? '') === undefined,
    cause: 'an AI agent has this client id; an app gets it only by being linked to the agent',
    location: CLIENT_ID,
  },
  {
    name: 'client-id-of-no-other-app',
    about: 'client_id',
    holds: ({ content, before, view }) => before !== undefined || !hasClientId(view, content.oidc?.clientId ?? ''),
    cause: 'another application of this org has this client id, or gets it when it is unlinked from its agent',
    location: CLIENT_ID,
  },
  {
    name: 'label-of-no-other-app',
    about: 'label',
    holds: ({ content, before, view }) =>
      view.findBy(applications, 'label', content.label).every((other) => other.id === before?.id),
    cause: 'another application of this org has this label; choose another one',
    location: 'label',
  },
  {
    name: 'code-has-redirect-uri',
    about: 'redirect_uris',
    holds: ({ content }) =>
      !grantsOf(content).includes('authorization_code') || content.oidc?.redirectUris.length !== 0,
    cause: 'the grant type authorization_code needs at least one',
  },
  {
    name: 'private-key-jwt-has-keys',
    about: 'jwks',
    holds: ({ content: { oidc } }) => oidc?.tokenEndpointAuthMethod !== 'private_key_jwt' || hasKeys(oidc),
    cause: 'private_key_jwt needs public keys: send jwks with at least one active key, or jwks_uri',
  },
  {
    name: 'issuer-url-of-no-other-app',
    about: 'issuerUrl',
    holds: ({ content, before, org, view }) =>
      storedForms(org, content.xaa.issuerUrl ?? '')
        .flatMap((form) => view.findBy(applications, 'issuerUrl', form))
        .every((other) => other.id === before?.id),
    cause: 'another application of this org has this Issuer URL; each may stand only once',
    location: 'profile.xaa.issuerUrl',
  },
  {
    name: 'saml-settings-sent',
    about: 'settings',
    holds: ({ content, before }) => (content.oidc ?? content.saml ?? before) !== undefined,
    cause: 'signOn: a new SAML application needs it',
  },
  {
    name: 'signing-key-of-app',
    about: 'credentials.signing.kid',
    holds: ({ content: { signingKid }, before, org }) =>
      signingKid === undefined || org.samlKeys.all(before?.saml ?? NO_KEYS).some(({ kid }) => kid === signingKid),
    cause: 'the application has no such key; generate one first',
  },
  ...SAML_ROWS.map((row) => ({
    ...{ name: row.name, about: row.about, cause: row.cause },
    holds: ({ content: { saml } }: ContentFacts) => saml === undefined || row.holds(saml),
  })),
];

/** Why the content is refused, or undefined. */
export function judgeContent(facts: ContentFacts): AdminRefusal | undefined {
  const broken = CONTENT_RULES.find(({ holds }) => !holds(facts));
  if (!broken) return undefined;
  const { about, cause, location } = broken;
  const errorSummary = `${about}: ${cause}`;
  return notValid(about, location ? { errorSummary, reason: 'UNIQUE_CONSTRAINT', location } : errorSummary);
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

/** The settings of an OIDC app without what has its own endpoints. */
function withoutKept(oidc: OidcSettings): OidcContent {
  const { clientSecret: _, clientSecretDates: __, otherSecrets: ___, oktaScopes: ____, ...content } = oidc;
  return content;
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
