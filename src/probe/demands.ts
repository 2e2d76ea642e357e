/** Where the sources allow several answers, and the user wants one: which cases that decides, and how. A table. */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { ProbeOptions } from './options.js';

type Settings = ProbeOptions['settings'];
type Expect = EdgeCase['expect'];

const GRANT: Expect = ['ok'];
const REFUSE: Expect = ['invalid_grant'];

/** The cases that show whether an algorithm is taken. */
const OF_ALGORITHM: Readonly<Record<string, readonly string[]>> = {
  ES256: ['ok-es256'],
  PS256: ['ok-ps256'],
  EdDSA: ['ok-eddsa'],
  RS512: ['ok-rs512', 'alg-not-allow-listed'],
};

function ofAlgorithms({ algorithms }: Settings): readonly (readonly [string, Expect])[] {
  if (!algorithms) return [];
  const taken = (alg: string) => algorithms.includes(alg) || (alg === 'EdDSA' && algorithms.includes('Ed25519'));
  return Object.entries(OF_ALGORITHM).flatMap(([alg, names]) =>
    names.map((name) => [name, taken(alg) ? GRANT : REFUSE] as const),
  );
}

const OF_SETTING = {
  replay: {
    observe: {},
    reject: { 'either-replay-same-client': REFUSE, 'jti-reuse-new-token': REFUSE, 'jti-missing': REFUSE },
    allow: { 'either-replay-same-client': GRANT },
  },
  resource: {
    observe: {},
    required: {
      'ok-no-resource': ['invalid_grant', 'invalid_target'],
      'ok-minimal-required-only': ['invalid_grant', 'invalid_target'],
    },
    optional: { 'ok-no-resource': GRANT },
  },
  scope: {
    observe: {},
    required: {
      'ok-no-scope': ['invalid_grant', 'invalid_scope'],
      'ok-minimal-required-only': ['invalid_grant', 'invalid_scope', 'invalid_target'],
    },
    optional: { 'ok-no-scope': GRANT },
  },
} satisfies {
  readonly [S in 'replay' | 'resource' | 'scope']: Readonly<Record<Settings[S], Readonly<Record<string, Expect>>>>;
};

/** Of a token that ran out five seconds ago. */
function ofLeeway({ leeway }: Settings): readonly (readonly [string, Expect])[] {
  if (leeway === undefined) return [];
  if (leeway < 4000) return [['ok-exp-within-leeway', REFUSE]];
  return leeway >= 8000 ? [['ok-exp-within-leeway', GRANT]] : [];
}

const DAY = 86_400_000;

/** The cases whose tokens live long: milliseconds from iat to exp. */
const LIVES: Readonly<Record<string, number>> = {
  'exp-far-future': DAY,
  'iat-ancient': 30 * DAY,
  'exp-10y': 3650 * DAY,
  'exp-milliseconds': 60_000 * 365 * DAY,
};

function ofLifetime({ lifetime }: Settings): readonly (readonly [string, Expect])[] {
  if (lifetime === undefined) return [];
  return Object.entries(LIVES).flatMap(([name, lives]) => (lives > lifetime ? [[name, REFUSE] as const] : []));
}

/** Name of a case -> the answers that are demanded of it, where the settings say so. */
export function demandsOf(settings: Settings): ReadonlyMap<string, Expect> {
  const { replay, resource, scope } = settings;
  return new Map<string, Expect>([
    ...Object.entries<Expect>(OF_SETTING.replay[replay]),
    ...Object.entries<Expect>(OF_SETTING.resource[resource]),
    ...Object.entries<Expect>(OF_SETTING.scope[scope]),
    ...ofAlgorithms(settings),
    ...ofLeeway(settings),
    ...ofLifetime(settings),
  ]);
}
