/** Whether a case means anything at this server, and can be played with what is known: the reason if not. Pure. */
import { type EdgeCase, type Need, needsOf } from '../edge-cases/edge-case.js';
import { CONDITIONS, type Condition } from '../edge-cases/situations.js';
import { VALUES } from '../edge-cases/values.js';
import type { Bench, Members } from './bench.js';
import { waitOf } from './waits.js';

const listOf = (metadata: Members | undefined, name: string): readonly unknown[] | undefined => {
  if (!metadata) return undefined;
  const value = metadata[name];
  return Array.isArray(value) ? value : [];
};

type Known = Pick<Bench, 'options' | 'target' | 'learnt' | 'restart'>;

const not = (value: boolean | undefined) => (value === undefined ? undefined : !value);

function supportsDpop({ options: { conditions }, target: { metadata } }: Known): boolean | undefined {
  if (conditions['dpop-required'] || conditions['dpop-nonce']) return true;
  const algorithms = listOf(metadata, 'dpop_signing_alg_values_supported');
  return conditions.dpop ?? not(conditions['no-dpop']) ?? (algorithms && algorithms.length > 0);
}

function supportsDetails({ options: { conditions }, target: { metadata } }: Known): boolean | undefined {
  const types = listOf(metadata, 'authorization_details_types_supported');
  return conditions.rar ?? not(conditions['no-rar']) ?? (types && types.length > 0);
}

function knowsJwtDpop({ options: { conditions }, target: { metadata } }: Known): boolean | undefined {
  const grants = listOf(metadata, 'grant_types_supported');
  return not(conditions['no-jwt-dpop']) ?? grants?.some((grant) => String(grant).endsWith(':jwt-dpop'));
}

/** Conditions that follow from other things than the user's word for them. */
const FOLLOWING: { readonly [C in Condition]?: (known: Known) => boolean | undefined } = {
  dpop: supportsDpop,
  'no-dpop': (known) => not(supportsDpop(known)),
  rar: supportsDetails,
  'no-rar': (known) => not(supportsDetails(known)),
  'no-jwt-dpop': (known) => not(knowsJwtDpop(known)),
  'single-use': ({ options, learnt }) => {
    const { replay } = options.settings;
    return replay === 'observe' ? (options.conditions['single-use'] ?? learnt.singleUse) : replay === 'reject';
  },
  'resource-required': ({ options }) =>
    options.conditions['resource-required'] ?? options.settings.resource === 'required',
  'leeway-of-a-minute': ({ options }) => (options.settings.leeway ?? 60_000) <= 60_000,
  'client-keys': ({ options }) =>
    options.conditions['client-keys'] ?? options.client.authentication === 'private_key_jwt',
  'several-nodes': ({ options }) => options.conditions['several-nodes'] ?? options.otherNode !== undefined,
  restartable: ({ restart }) => restart !== undefined,
  cimd: ({ options: { conditions }, target: { metadata } }) =>
    conditions.cimd ?? (metadata && metadata.client_id_metadata_document_supported === true),
  'public-clients': ({ options }) => options.conditions['public-clients'] ?? options.otherClients.public !== undefined,
  'openid-login': ({ options }) => options.conditions['openid-login'] ?? options.loginCallback !== undefined,
  'encryption-unsupported': ({ options: { conditions } }) =>
    conditions['encryption-unsupported'] ?? !conditions.encryption,
};

/** Whether the server is or has that; undefined: nobody knows. */
export function holds(condition: Condition, known: Known): boolean | undefined {
  const follows = FOLLOWING[condition];
  return follows ? follows(known) : known.options.conditions[condition];
}

function unmet(row: EdgeCase, known: Known): string | undefined {
  for (const condition of row.requires ?? []) {
    const held = holds(condition, known);
    if (held === false) return `It is for a server that ${CONDITIONS[condition]}; this one is not, or does not.`;
    if (held === undefined)
      return `Nobody said whether the server ${CONDITIONS[condition]}; say conditions.${condition}.`;
  }
  return undefined;
}

const KEYS: Readonly<Record<string, string>> = {
  rasKey: 'your own private signing key; say keys.ras',
  clientKey: 'a private key of the client; say client.key',
  encryptionKey: 'your public key for encryption; say keys.encryption',
};

/** How the values are said that have a member of their own. */
const SAID: { readonly [N in Need]?: string } = {
  otherSubject: 'otherUser',
  otherEmail: 'otherUser',
  otherClientId: 'otherClients.other',
  publicClientId: 'otherClients.public',
  disabledClientId: 'otherClients.disabled',
  grantlessClientId: 'otherClients.without-grant',
  cimdClientId: 'otherClients.cimd',
};

function lacking(row: EdgeCase, { options, given, learnt }: Pick<Bench, 'options' | 'given' | 'learnt'>) {
  const has: Partial<Record<Need, unknown>> = {
    ...{ rasKey: options.keys.ras, clientKey: options.client.key, encryptionKey: options.keys.encryption },
    ...{ ...given, accessToken: given.accessToken ?? learnt.accessToken },
  };
  const missing = needsOf(row).find((need) => has[need] === undefined);
  if (missing === undefined) return undefined;
  const own = KEYS[missing];
  if (own) return `It needs ${own}.`;
  return `It needs ${VALUES[missing as keyof typeof VALUES]}; say ${SAID[missing] ?? `given.${missing}`}.`;
}

/** Whether the key set of the org has an address with TLS, which a case then takes away. */
function withoutTls({ idp }: EdgeCase, { options }: Known): string | undefined {
  const { publicUrl, url, tlsCert } = options.idp;
  const hasTls = (publicUrl ?? url)?.startsWith('https:') ?? tlsCert !== undefined;
  if (idp?.metadata !== 'jwks-uri-http' || hasTls) return undefined;
  return 'The org of the probe has no TLS that could be left out: say idp.tlsCert and idp.tlsKey, or a public URL with https.';
}

/** Why the case is not played, as a sentence; undefined: it is. */
export function whyNot(row: EdgeCase, bench: Known & Pick<Bench, 'given'>): string | undefined {
  return unmet(row, bench) ?? lacking(row, bench) ?? withoutTls(row, bench) ?? waitOf(row, bench.options).lack;
}
