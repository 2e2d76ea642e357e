/** What a minted token is bent with: the values that its edge cases may name, and the keys that they may sign with. */

import type { NamedEdits } from '../edge-cases/combined.js';
import { type Need, needsOf } from '../edge-cases/edge-case.js';
import { SIGNERS } from '../edge-cases/edits.js';
import { VALUES } from '../edge-cases/values.js';
import { issuerOf, secondsNow } from '../org.js';
import { authorizationServers } from '../registry/authorization-server.js';
import { kidOf, type SigningKey } from '../registry/jwk.js';
import type { Bending } from '../tokens/bend/bend.js';
import type { SigningKeys } from '../tokens/bend/signers.js';
import { activeAmong, keysOf } from '../tokens/keys.js';
import type { Minting } from './mint-id-jag.js';
import type { MintRequest } from './mint-request.js';
import { anotherUser, type Subjects } from './mint-subjects.js';
import { type Mistake, mistake } from './mistake.js';

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** The custom authorization server of this org that the token is for, if it is for one: then the org knows its key. */
function ownRas({ org, view }: Subjects, audience: unknown) {
  return view.list(authorizationServers).find(({ id }) => issuerOf(org, id) === audience);
}

type Claims = Readonly<Record<string, unknown>>;

/** None where the token is opaque. */
export const claimsOf = ({ unsigned }: Minting): Claims => ({ ...unsigned?.claims });

/** Who the user is by SAML, where the good token says it. RFC 9493 spells the members. */
function samlValues(subId: unknown): Bending['known']['values'] {
  const { issuer, nameid, nameid_format } = (subId ?? {}) as Claims;
  return { samlIssuer: text(issuer), nameId: text(nameid), nameIdFormat: text(nameid_format) };
}

/** @param good claims of the ID-JAG for the same user and audience, whatever kind of token is minted */
function valuesFor(
  request: MintRequest,
  subjects: Subjects,
  minting: Minting,
  good: Claims,
  kid: string,
): Bending['known']['values'] {
  const own = claimsOf(minting);
  const other = anotherUser(subjects.view, subjects.user);
  return {
    ...{ otherSubject: other?.id, otherEmail: other?.profile.email },
    tokenEndpoint: ownRas(subjects, good.aud) && `${good.aud}/v1/token`,
    ...{ issuer: text(own.iss), jti: text(own.jti), kid },
    ...{ audience: text(good.aud), clientId: text(good.client_id), clientIdAtIdp: minting.clientId },
    ...{ subject: subjects.user.id, email: text(own.email), scope: text(good.scope), resource: text(good.resource) },
    ...samlValues(good.sub_id),
    attackerUrl: 'https://attacker.example',
    ...request.given,
  };
}

const keyOf = (key: SigningKey) => ({ kid: kidOf(key), jwk: key.jwk });

type GivenKey = NonNullable<MintRequest['keys']['ras']>;
const givenKey = (key: GivenKey | undefined, kid: string) => key && { kid: key.kid ?? kid, jwk: key };

function keysFor({ keys, given }: MintRequest, subjects: Subjects, minting: Minting): SigningKeys {
  const { server } = minting;
  const { org, view } = subjects;
  const all = keysOf(view, server);
  // That it can sign was asked before.
  const active = activeAmong(all) as SigningKey;
  const others = all.filter((key) => key !== active);
  const second = others.find(({ status }) => status === 'RETIRED') ?? others[0];
  const ras = ownRas(subjects, claimsOf(minting).aud);
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

/** @param good claims of the ID-JAG for the same user and audience */
export function bendingFor(request: MintRequest, subjects: Subjects, minting: Minting, good: Claims): Bending {
  const keys = keysFor(request, subjects, minting);
  const values = valuesFor(request, subjects, minting, good, keys.active.kid);
  return { known: { now: secondsNow(subjects.org), values }, keys };
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
