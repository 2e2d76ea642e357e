/** What a case waits for: a cache that grows too old, a restart, a few seconds. And in which order cases are played. Pure. */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { ProbeOptions } from './options.js';

export interface Wait {
  /**
   * `none`: nothing. `fetch`: the server has to fetch the key set anew. `aged`: what it keeps of it has to grow too old.
   * `restart`: it has to be started again. `seconds`: time has to pass.
   */
  readonly kind: 'none' | 'fetch' | 'aged' | 'restart' | 'seconds';
  /** About how long, in milliseconds. */
  readonly about: number;
  /** What is to be said so that it can be waited for; absent: it can. */
  readonly lack?: string;
}

/** How long a token has to grow old until it has expired by less than a leeway. */
export const UNTIL_EXPIRED = 7000;
/** About how long a server waits between two fetches of a key set. */
const COOLDOWN = 35_000;
const RESTART = 5000;

const NEEDS_PATIENCE = 'It has to wait for the server to fetch the key set anew: say --patience 15m';

/** Rows that need the server to hold no key set from before. */
const isFresh = ({ idp }: EdgeCase) => idp?.cached === false || idp?.jwks === 'rollback' || idp?.only?.length === 1;

export function waitOf(row: EdgeCase, options: Pick<ProbeOptions, 'patience' | 'restartCommand'>): Wait {
  const { patience, restartCommand } = options;
  const { meanwhile } = row;
  if (meanwhile === 'expired-within-leeway') {
    const lack = `It waits ${UNTIL_EXPIRED / 1000} s for a token to expire: say --patience 10s, or more.`;
    return { kind: 'seconds', about: UNTIL_EXPIRED, ...(patience < UNTIL_EXPIRED && { lack }) };
  }
  if (meanwhile === 'cache-expired') {
    const lack = `${NEEDS_PATIENCE}, or as long as it keeps one.`;
    return { kind: 'aged', about: patience, ...(patience === 0 && { lack }) };
  }
  if (meanwhile === 'restart') return { kind: 'restart', about: RESTART };
  if (!isFresh(row)) return { kind: 'none', about: 0 };
  if (restartCommand !== undefined) return { kind: 'fetch', about: RESTART };
  const lack = `${NEEDS_PATIENCE}, or --restart-command.`;
  return { kind: 'fetch', about: Math.min(patience, COOLDOWN), ...(patience === 0 && { lack }) };
}

/** Signers whose kid every server knows from the key set as it begins. */
const KNOWN_KIDS: readonly (string | undefined)[] = [
  ...[undefined, 'active', 'retired', 'none', 'ps256-of-rs256-key', 'es256-of-rsa-key'],
  ...['hs256-pem', 'hs256-der', 'hs256-jwk', 'hs256-modulus', 'hs256-client-secret', 'hs256-empty'],
];

export const PHASES = {
  controls: 'good ones, with the keys as they are',
  ordinary: 'everything else that the keys as they are are enough for',
  strange:
    'the key set has keys of an unknown kind beside those of the next phase, and the server fetches it like that',
  odd: 'cases whose keys are published now, all at once, and fetched by the server once',
  strangers: 'cases that name a key which the server does not know, and for which it may fetch anew',
  cached: 'the key set fails or changes, and the server has one from before',
  waiting: 'cases that wait for the server to fetch anew',
} as const;
export type Phase = keyof typeof PHASES;

const namesOtherKey = ({ sign, header, headerText }: EdgeCase) =>
  !KNOWN_KIDS.includes(sign) ||
  headerText !== undefined ||
  header?.set?.kid !== undefined ||
  header?.only !== undefined;

/** When a case is played. */
export function phaseOf(row: EdgeCase): Phase {
  const { idp, meanwhile, group } = row;
  if (isFresh(row) || (meanwhile !== undefined && meanwhile !== 'nothing-at-once' && meanwhile !== 'other-node'))
    return 'waiting';
  if (idp?.jwks === 'foreign-members') return 'strange';
  if (idp?.publish || idp?.publishLate) return 'odd';
  if (idp?.withdraw || (idp?.jwks && idp.jwks !== 'attacker')) return 'cached';
  if (namesOtherKey(row)) return 'strangers';
  return group === 'A0' ? 'controls' : 'ordinary';
}

const ORDER = Object.keys(PHASES) as Phase[];

/** The cases in the order in which they are played; those of one phase stay in theirs. */
export function inOrder(rows: readonly EdgeCase[]): readonly EdgeCase[] {
  return ORDER.flatMap((phase) => rows.filter((row) => phaseOf(row) === phase));
}
