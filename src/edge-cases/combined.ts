/** Several edits of one token at once: they may be combined where each touches something of its own. */
import { withoutUndefined } from '../protocol/json-objects.js';
import type { Patch } from './edits.js';
import { placesAround, type Situation } from './situations.js';
import { type Place, placesOf, type TokenEdits } from './token-edits.js';

/** Edits, and by which name a person knows them: of an edge case, or of what else the request asks for. */
export interface NamedEdits {
  readonly name: string;
  readonly edits: TokenEdits;
  /** What is around the token besides. */
  readonly situation?: Situation;
}

const wordsFor = ([root, name]: Place) =>
  root === undefined ? 'the whole token' : name === undefined ? `the ${root}` : `${name} in the ${root}`;

const keyOf = (place: Place) => place.join('\n');

/** The places of one, to be asked about any other: taken as they are, and all that lies above them. */
function placesTaken(places: readonly Place[]) {
  const taken = new Map(places.map((place) => [keyOf(place), place]));
  const above = new Map(
    places.flatMap((place) => place.map((_, depth) => [keyOf(place.slice(0, depth)), place] as const)),
  );
  /** What meets the place: the same, something around it, or something within it. */
  return (place: Place): Place | undefined => {
    const around = place.map((_, depth) => taken.get(keyOf(place.slice(0, depth)))).find((one) => one !== undefined);
    return around ? place : (taken.get(keyOf(place)) ?? above.get(keyOf(place)));
  };
}

/** Why these edits cannot be made to one token, as a sentence; undefined: they can. */
export function contradiction(all: readonly NamedEdits[]): string | undefined {
  const named = all.map(({ name, edits, situation = {} }) => ({
    ...{ name, places: [...placesOf(edits), ...placesAround(situation)] },
  }));
  for (const [at, one] of named.entries()) {
    const meets = placesTaken(one.places);
    for (const other of named.slice(at + 1)) {
      const clash = other.places.map(meets).find((place) => place !== undefined);
      if (one.name === other.name) return `${one.name} stands twice`;
      if (clash) return `${one.name} and ${other.name} contradict each other: both decide ${wordsFor(clash)}`;
    }
  }
  return undefined;
}

function joined(one: Patch | undefined, other: Patch | undefined): Patch | undefined {
  if (!one || !other) return one ?? other;
  const list = <T>(first: T[] | undefined, second: T[] | undefined) =>
    first || second ? [...(first ?? []), ...(second ?? [])] : undefined;
  return withoutUndefined({
    only: one.only ?? other.only,
    set: one.set || other.set ? { ...one.set, ...other.set } : undefined,
    remove: list(one.remove, other.remove),
    prepend: list(one.prepend, other.prepend),
    append: list(one.append, other.append),
  });
}

/** All edits as one. They must not contradict each other. */
export function combined(all: readonly NamedEdits[]): TokenEdits {
  const header = all.map(({ edits }) => edits.header).reduce(joined, undefined);
  const claims = all.map(({ edits }) => edits.claims).reduce(joined, undefined);
  const others: TokenEdits = Object.assign({}, ...all.map(({ edits }) => edits));
  return { ...others, ...(header && { header }), ...(claims && { claims }) };
}
