/** What a token of an org is bent with: the values that its edge cases may name, and the keys that they may sign with. */
import type { JsonWebKey } from 'node:crypto';
import type { NamedEdits } from '../edge-cases/combined.js';
import { type Need, needsOf } from '../edge-cases/edge-case.js';
import { SIGNERS } from '../edge-cases/edits.js';
import { type GivenName, VALUES } from '../edge-cases/values.js';
import { issuerOf, type Org, secondsNow } from '../org.js';
import { type Mistake, mistake } from '../protocol/mistake.js';
import { authorizationServers } from '../registry/authorization-server.js';
import { kidOf, type SigningKey } from '../registry/jwk.js';
import { type User, users } from '../registry/user.js';
import type { View } from '../store/port.js';
import type { Bending } from '../tokens/bend/bend.js';
import type { SigningKeys } from '../tokens/bend/signers.js';
import { activeAmong, keysOf } from '../tokens/keys.js';
import type { UnsignedJws } from '../tokens/unsigned-jws.js';

export type Claims = Readonly<Record<string, unknown>>;

/** The good token that is to be bent, and whom it is about. */
export interface AtHand {
  readonly org: Org;
  readonly view: View;
  readonly user: User;
  readonly unsigned: UnsignedJws;
  /** The server whose key signs. */
  readonly server: string;
  /** Client id of the AI agent, or of the application. */
  readonly clientId: string;
  /** Claims of the ID-JAG for the same user and audience, whatever kind of token this is. */
  readonly good: Claims;
}

type GivenKey = JsonWebKey & { readonly kid?: string | undefined };

/** What only who asks for the token knows. */
export interface Given {
  readonly given: { readonly [N in GivenName]?: string | undefined };
  /** Private keys of the resource authorization server and of the client, and the public one that a JWE is for. */
  readonly keys?: {
    readonly ras?: GivenKey | undefined;
    readonly client?: GivenKey | undefined;
    readonly encryption?: JsonWebKey | undefined;
  };
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** The custom authorization server of this org that the token is for, if it is for one: then the org knows its key. */
function ownRas({ org, view }: AtHand, audience: unknown) {
  return view.list(authorizationServers).find(({ id }) => issuerOf(org, id) === audience);
}

const claimsOf = ({ unsigned }: AtHand): Claims => ({ ...unsigned.claims });

/** Another active user than the one the token is about. */
function anotherUser({ view, user }: AtHand): User | undefined {
  return view.list(users).find(({ id, status }) => status === 'ACTIVE' && id !== user.id);
}

/** Who the user is by SAML, where the good token says it. RFC 9493 spells the members. */
function samlValues(subId: unknown): Bending['known']['values'] {
  const { issuer, nameid, nameid_format } = (subId ?? {}) as Claims;
  return { samlIssuer: text(issuer), nameId: text(nameid), nameIdFormat: text(nameid_format) };
}

function valuesFor(atHand: AtHand, { given }: Given, kid: string): Bending['known']['values'] {
  const { good, user } = atHand;
  const own = claimsOf(atHand);
  const other = anotherUser(atHand);
  return {
    ...{ otherSubject: other?.id, otherEmail: other?.profile.email },
    tokenEndpoint: ownRas(atHand, good.aud) && `${good.aud}/v1/token`,
    ...{ issuer: text(own.iss), jti: text(own.jti), kid },
    ...{ audience: text(good.aud), clientId: text(good.client_id), clientIdAtIdp: atHand.clientId },
    ...{ subject: user.id, email: text(own.email), scope: text(good.scope), resource: text(good.resource) },
    ...samlValues(good.sub_id),
    attackerUrl: 'https://attacker.example',
    internalUrl: 'http://169.254.169.254/latest/meta-data',
    ...given,
  };
}

const keyOf = (key: SigningKey) => ({ kid: kidOf(key), jwk: key.jwk });

const givenKey = (key: GivenKey | undefined, kid: string) => key && { kid: key.kid ?? kid, jwk: key };

function keysFor(atHand: AtHand, { keys = {}, given }: Given): SigningKeys {
  const { org, view, server } = atHand;
  const all = keysOf(view, server);
  // That it can sign was asked before.
  const active = activeAmong(all) as SigningKey;
  const others = all.filter((key) => key !== active);
  const second = others.find(({ status }) => status === 'RETIRED') ?? others[0];
  const ras = ownRas(atHand, claimsOf(atHand).aud);
  const rasKey = ras && activeAmong(keysOf(view, ras.id));
  return {
    active: keyOf(active),
    retired: second && keyOf(second),
    ras: givenKey(keys.ras, 'ras-1') ?? (rasKey && keyOf(rasKey)),
    client: givenKey(keys.client, 'client-1'),
    clientSecret: given.clientSecret,
    encryption: keys.encryption,
    edge: org.edgeCases.keys(),
    importKey: org.edgeCases.importKey,
  };
}

export function bendingFor(atHand: AtHand, given: Given): Bending {
  const keys = keysFor(atHand, given);
  return { known: { now: secondsNow(atHand.org), values: valuesFor(atHand, given, keys.active.kid) }, keys };
}

/** Keys of others: where in the request they are given, and which of {@link SigningKeys} they become. */
const KEYS_OF_OTHERS = { rasKey: 'ras', clientKey: 'client', encryptionKey: 'encryption' } as const;

const WHOSE: Readonly<Record<keyof typeof KEYS_OF_OTHERS, string>> = {
  rasKey: `which is signed by ${SIGNERS.ras}`,
  clientKey: `which is signed by ${SIGNERS.client}`,
  encryptionKey: 'which is encrypted for the resource authorization server: its public RSA key',
};

const isKeyOfOthers = (need: Need): need is keyof typeof KEYS_OF_OTHERS => need in KEYS_OF_OTHERS;

/** What the edits need and nobody gave. */
export function missingFor({ name, edits }: NamedEdits, { known, keys }: Bending): Mistake | undefined {
  if (edits.sign === 'retired' && !keys.retired) return mistake('edgeCases', `${name}: the org publishes one key only`);
  for (const need of needsOf(edits)) {
    if (isKeyOfOthers(need)) {
      const member = KEYS_OF_OTHERS[need];
      if (!keys[member]) return mistake(`keys.${member}`, `is needed for ${name}, ${WHOSE[need]}`);
    } else if (known.values[need] === undefined) {
      return mistake(`given.${need}`, `is needed for ${name}: ${VALUES[need]}`);
    }
  }
  return undefined;
}
