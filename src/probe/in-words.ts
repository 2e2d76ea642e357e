/** How what is said of many cases is told: by what is said of them, and how many they are. Pure. */

export interface Reason {
  readonly why: string;
  readonly names: readonly string[];
}

/** What holds for most cases first. */
export function byReason(cases: readonly { readonly name: string; readonly why: string }[]): readonly Reason[] {
  const reasons = [...new Set(cases.map(({ why }) => why))].map((why) => ({
    why,
    names: cases.filter((one) => one.why === why).map(({ name }) => name),
  }));
  return reasons.sort((one, other) => other.names.length - one.names.length);
}

/** As many as there are, with the noun after them. */
export function numbered(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
