/**
 * A catalogue by the words that a person has for what is wrong: each word is looked for in names, sentences, groups and
 * rules, and those that mean a case although it does not have them are known. The best comes first. Pure.
 */

/** What is searched: a row of either catalogue. */
export interface Searched {
  readonly name: string;
  readonly group: string;
  readonly differs: string;
  readonly note: string;
  readonly source: readonly string[];
}

/** Words for the same thing, the cases that are meant by them, the likeliest first, and a part of the names of the rest. */
interface CommonWords {
  readonly words: string;
  readonly first: readonly string[];
  readonly part?: string;
}

export const COMMON_WORDS: readonly CommonWords[] = [
  { words: 'valid good right untampered correct proper control normal', first: ['ok-baseline', 'saml-ok'], part: 'ok' },
  {
    words: 'expired expire expires expiry expiration stale outdated timeout',
    first: ['exp-past', 'exp-just-beyond-leeway', 'exp-equals-now', 'saml-expired'],
    part: 'exp',
  },
  { words: 'future early premature yet', first: ['nbf-future', 'iat-future', 'saml-not-yet'] },
  {
    words: 'signature signed signing',
    first: ['sig-attacker-key-real-kid', 'sig-attacker-key-new-kid', 'sig-tampered-payload', 'alg-none', 'sig-empty'],
    part: 'sig',
  },
  { words: 'unsigned', first: ['alg-none', 'sig-empty', 'alg-none-kept-signature'] },
  {
    words: 'forged fake stranger attacker impostor',
    first: ['sig-attacker-key-real-kid', 'sig-attacker-key-new-kid', 'hdr-jwk-embedded'],
  },
  { words: 'tampered modified manipulated altered changed', first: ['sig-tampered-payload', 'sig-tampered-header'] },
  { words: 'audience recipient', first: ['aud-other-ras', 'aud-missing', 'aud-array-two'], part: 'aud' },
  { words: 'issuer', first: ['iss-untrusted', 'iss-missing', 'iss-lookalike-suffix'], part: 'iss' },
  { words: 'client', first: ['client-id-other-registered', 'client-id-unknown', 'stolen-other-client'] },
  { words: 'stolen theft', first: ['stolen-other-client'] },
  { words: 'user subject person unassigned', first: ['sub-unknown', 'sub-missing', 'sub-deprovisioned'], part: 'sub' },
  { words: 'replay replayed twice reused reuse again', first: ['replay-strict', 'replay-concurrent'], part: 'replay' },
  {
    words: 'key keys kid jwks rotation rotated',
    first: ['sig-attacker-key-new-kid', 'key-withdrawn', 'jwks-down'],
    part: 'jwks',
  },
  { words: 'scope scopes permission privilege', first: ['scope-widening', 'scope-unknown-only'], part: 'scope' },
  { words: 'resource server mcp', first: ['resource-foreign', 'resource-missing-required'], part: 'resource' },
  { words: 'typ type', first: ['hdr-typ-jwt', 'hdr-typ-missing'], part: 'typ' },
  { words: 'algorithm alg confusion', first: ['alg-none', 'alg-hs256-pem'], part: 'alg' },
  { words: 'tenant', first: ['tenant-wrong', 'aud-tenant-wrong'], part: 'tenant' },
  { words: 'dpop proof bound', first: ['cnf-no-proof', 'dpop-required-none'], part: 'dpop' },
  { words: 'large big huge', first: ['payload-huge', 'jwks-huge'], part: 'huge' },
];

/** Words that say nothing of which case is meant, as long as there are others. */
const NOISE = new Set(
  'a an the is it its in by for to of with that has be or and token tokens assertion id-jag jwt wrong bad'.split(' '),
);

/** How much it counts where a word is found. */
const WORTH = {
  isName: 5000,
  first: 2000,
  place: 100,
  part: 20,
  name: 15,
  differs: 10,
  note: 4,
  group: 3,
  source: 2,
} as const;

function wordsIn(text: string): readonly string[] {
  const all = text
    .toLowerCase()
    .split(/[\s,;"'.?!]+/)
    .filter((word) => word !== '');
  const telling = all.filter((word) => !NOISE.has(word));
  return telling.length > 0 ? telling : all;
}

/** What a word that is commonly used is worth for the case. */
function commonWorth(forms: readonly string[], { name }: Searched): number {
  const common = COMMON_WORDS.find(({ words }) => words.split(' ').some((one) => forms.includes(one)));
  if (!common) return 0;
  const at = common.first.indexOf(name);
  if (at >= 0) return WORTH.first - at * WORTH.place;
  return common.part !== undefined && name.split('-').includes(common.part) ? WORTH.part : 0;
}

/** What one word is worth for the case; 0: it is not to be found. */
function worthOf(word: string, row: Searched, groupTitle: string): number {
  if (row.name === word) return WORTH.isName;
  const stem = word.length > 3 ? word.replace(/s$/, '') : word;
  const has = (text: string) => text.toLowerCase().includes(stem);
  const { name, differs, note, source } = row;
  return (
    commonWorth([word, stem], row) +
    (has(name) ? WORTH.name : 0) +
    (has(differs) ? WORTH.differs : 0) +
    (has(note) ? WORTH.note : 0) +
    (has(groupTitle) ? WORTH.group : 0) +
    (source.some(has) ? WORTH.source : 0)
  );
}

/**
 * The rows that every word is found in, the best first; rows of the same worth stay in their order. No words find all.
 * @param groups the title of each group
 */
export function bestFirst<T extends Searched>(
  rows: readonly T[],
  asked: string,
  groups: Readonly<Record<string, string>>,
): readonly T[] {
  const words = wordsIn(asked);
  const judged = rows.map((row) => {
    const worths = words.map((word) => worthOf(word, row, groups[row.group] as string));
    return { row, worth: worths.includes(0) ? -1 : worths.reduce((sum, one) => sum + one, 0) };
  });
  const found = judged.filter(({ worth }) => worth >= 0);
  return found.sort((one, other) => other.worth - one.worth).map(({ row }) => row);
}
