/** Mutants of replay: what a server remembers of the tokens that were redeemed, from when on, and how much of it. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { insteadAnew, type Mutant, moved, orElse, without } from './mutant.js';

const UNUSED = 'jti-unused';
/** The user wants ID-JAGs to be good for once. */
const SINGLE_USE = { settings: { replay: 'reject' } } as const;

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Remembers texts; the first to name one may pass. */
function memory(most = Number.POSITIVE_INFINITY) {
  const seen = new Set<string>();
  return (text: string) => {
    if (seen.has(text)) return false;
    seen.add(text);
    for (const oldest of seen) if (seen.size > most) seen.delete(oldest);
    return true;
  };
}

const jti = ({ claims }: { claims: Readonly<Record<string, unknown>> }) => String(claims.jti);

export const REPLAY: readonly Mutant[] = [
  {
    name: 'nothing-remembered',
    defect: 'It redeems a token as often as it comes.',
    killedBy: ['either-replay-same-client', 'replay-strict', 'jti-reuse-new-token'],
    edits: [without(UNUSED)],
    probe: SINGLE_USE,
  },
  {
    name: 'remembered-by-hash',
    defect: 'It remembers tokens by their hash, and not by jti.',
    killedBy: ['jti-reuse-new-token'],
    edits: [
      insteadAnew(UNUSED, () => {
        const first = memory();
        return ({ compact }) => first(hashOf(compact));
      }),
    ],
    probe: SINGLE_USE,
  },
  {
    name: 'remembered-too-late',
    defect: 'It looks whether a jti was used, and writes it down only after it has waited for something else.',
    killedBy: ['replay-concurrent'],
    edits: [
      insteadAnew(UNUSED, () => {
        const seen = new Set<string>();
        return async (idJag) => {
          const isNew = !seen.has(jti(idJag));
          await sleep(20);
          seen.add(jti(idJag));
          return isNew;
        };
      }),
    ],
    probe: SINGLE_USE,
  },
  {
    name: 'spent-by-another-client',
    defect: 'It spends the jti before it asks whose token it is.',
    killedBy: ['jti-burned-by-wrong-client'],
    edits: [moved(UNUSED, 'client-id-authenticated')],
    probe: SINGLE_USE,
  },
  {
    name: 'spent-by-a-forgery',
    defect: 'It spends the jti before it has verified the signature.',
    killedBy: ['jti-burned-by-bad-signature'],
    edits: [moved(UNUSED, 'signature-verifies')],
    probe: SINGLE_USE,
  },
  {
    name: 'missing-jti-taken',
    defect: 'It remembers a jti only where there is one.',
    killedBy: ['jti-missing'],
    edits: ['jti-present', UNUSED].map((name) => orElse(name, ({ claims }) => claims.jti === undefined)),
    probe: SINGLE_USE,
  },
  {
    name: 'remembers-a-hundred',
    defect: 'It remembers a hundred tokens, and forgets the oldest for each new one.',
    killedBy: ['jti-cache-flood'],
    edits: [
      insteadAnew(UNUSED, () => {
        const first = memory(100);
        return (idJag) => first(jti(idJag));
      }),
    ],
    probe: SINGLE_USE,
  },
  {
    name: 'jti-of-any-kind',
    defect: 'It makes a text of whatever jti is.',
    killedBy: ['jti-not-string', 'jti-empty'],
    edits: [without('jti-present')],
  },
];
