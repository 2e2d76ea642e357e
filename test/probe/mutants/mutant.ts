/** What a mutant is: the example RAS with one realistic defect put in from outside, as data; and the ways to put it in. */
import { type Check, type CheckContext, checks as STRICT } from '../../../examples/resource-app/checks.js';
import type { IdJag } from '../../../examples/resource-app/id-jag.js';
import type { ResourceAppOptions } from '../../../examples/resource-app/resource-app.js';
import type { ProbeOptionsInput } from '../../../src/probe/options.js';
import type { Gateway } from '../gateway.js';

export type Passes = Check['passes'];
export type Checks = readonly Check[];

/** A change of the list of checks. It is made anew for every start, so that what a check remembers ends with its server. */
export type Edit = (checks: Checks) => Checks;

export interface Mutant {
  readonly name: string;
  /** One sentence. */
  readonly defect: string;
  /** The cases that were written for it: each of them has to notice. */
  readonly killedBy: readonly [string, ...string[]];
  readonly edits?: readonly Edit[];
  /** Options of the RAS in place of those that it has. */
  readonly app?: { readonly [N in keyof ResourceAppOptions]?: ResourceAppOptions[N] | undefined };
  readonly gateway?: Gateway | ((idp: string) => Gateway);
  readonly probe?: Partial<ProbeOptionsInput>;
}

/** Names of checks that there are: a check that was renamed must not turn a mutant into the model answer. */
function assertThere(checks: Checks, names: readonly string[]): void {
  const unknown = names.find((name) => !checks.some((one) => one.name === name));
  if (unknown !== undefined) throw new Error(`There is no check ${unknown}.`);
}

export const without =
  (...names: readonly string[]): Edit =>
  (checks) => {
    assertThere(checks, names);
    return checks.filter(({ name }) => !names.includes(name));
  };

/** Another question in place of the one that the check asks; made anew for every start. */
export const insteadAnew =
  (name: string, make: () => Passes): Edit =>
  (checks) => {
    assertThere(checks, [name]);
    const passes = make();
    return checks.map((one) => (one.name === name ? { ...one, passes } : one));
  };
export const instead = (name: string, passes: Passes): Edit => insteadAnew(name, () => passes);

/** What the check refuses passes all the same if the question is answered with yes. */
export const orElse =
  (name: string, alternative: Passes): Edit =>
  (checks) => {
    assertThere(checks, [name]);
    const also = (one: Check): Passes => {
      return async (idJag, context) => (await one.passes(idJag, context)) || alternative(idJag, context);
    };
    return checks.map((one) => (one.name === name ? { ...one, passes: also(one) } : one));
  };

/** One more step, before the check of that name. It refuses only when it answers false. */
export const before =
  (name: string, step: (idJag: IdJag, context: CheckContext) => unknown): Edit =>
  (checks) => {
    assertThere(checks, [name]);
    const passes: Passes = async (idJag, context) => (await step(idJag, context)) !== false;
    const added: Check = { name: `before ${name}`, source: 'a mutant, Defects', error: 'invalid_grant', passes };
    return checks.flatMap((one) => (one.name === name ? [added, one] : [one]));
  };

/** The check of the first name is moved before that of the second. */
export const moved =
  (name: string, place: string): Edit =>
  (checks) => {
    assertThere(checks, [name, place]);
    const mover = checks.find((one) => one.name === name) as Check;
    return checks.filter((one) => one !== mover).flatMap((one) => (one.name === place ? [mover, one] : [one]));
  };

/** Tokens of which the answer is yes pass every check. */
export const bypass =
  (isTaken: Passes): Edit =>
  (checks) => {
    const taken = new WeakSet<IdJag>();
    const open = checks.map((one): Check => {
      return { ...one, passes: (idJag, context) => taken.has(idJag) || one.passes(idJag, context) };
    });
    return before('compact-jws', async (idJag, context) => {
      if (await isTaken(idJag, context)) taken.add(idJag);
    })(open);
  };

/** The claims as the server goes on with them. */
export const claim = ({ claims }: IdJag, changes: object): void => void Object.assign(claims, changes);

export type Read = Partial<Pick<IdJag, 'compact' | 'header' | 'claims'>>;

/** A reader of its own; undefined: what was sent is no token to it. What it throws becomes a 500. */
export const readsOrBreaks = (read: (compact: string) => Read | undefined): Edit =>
  instead('compact-jws', (idJag) => {
    const made = read(idJag.compact);
    if (made) Object.assign(idJag, made);
    return made !== undefined;
  });

/** The same, and nothing that it meets breaks it. */
export const reads = (read: (compact: string) => Read | undefined): Edit =>
  readsOrBreaks((compact) => {
    try {
      return read(compact);
    } catch {
      return undefined;
    }
  });

const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

/** What most samples do: split at the dots, decode, and mind nothing. */
export function loosely(compact: string): Required<Read> {
  const [header, claims] = compact.split('.');
  return { compact, header: decoded(header), claims: decoded(claims) };
}

/** The checks of a mutant, as new as its server. */
export const checksOf = ({ edits = [] }: Pick<Mutant, 'edits'>): Checks =>
  edits.reduce<Checks>((checks, edit) => edit(checks), STRICT);
