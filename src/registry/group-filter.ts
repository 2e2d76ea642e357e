/** Which of a user's groups a group attribute of a SAML application names. */
import * as z from 'zod';

const GROUP_FILTER_TYPES = ['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX'] as const;
export const GroupFilterType = z.enum(GROUP_FILTER_TYPES);

const MOST_REPETITIONS = 3;

/** The pattern without what only looks like a repetition: escaped characters, and classes. */
const bare = (pattern: string) => pattern.replace(/\\[^1-9k]/g, '_').replace(/\[[^\]]*\]/g, '_');

function compiled(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
}

/** Why the org takes no such pattern, or undefined. Matching takes the third power of a name's length at worst. */
export function problemOfPattern(pattern: string): string | undefined {
  const shape = bare(pattern);
  if (/\\[1-9k]/.test(shape)) return 'refers back within the pattern';
  if (/\)[*+{]/.test(shape)) return 'repeats a bracket';
  if ((shape.match(/[*+{]/g) ?? []).length > MOST_REPETITIONS) return `repeats more than ${MOST_REPETITIONS} times`;
  return compiled(pattern) ? undefined : 'is no regular expression';
}

const FILTERS: Readonly<Record<z.infer<typeof GroupFilterType>, (value: string) => (name: string) => boolean>> = {
  STARTS_WITH: (value) => (name) => name.startsWith(value),
  EQUALS: (value) => (name) => name === value,
  CONTAINS: (value) => (name) => name.includes(value),
  REGEX: (value) => (name) => compiled(value)?.test(name) === true,
};

/** The groups that the filter lets through, in their order. */
export function filteredGroups(
  { filterType, filterValue }: { filterType: z.infer<typeof GroupFilterType>; filterValue: string },
  groups: readonly string[],
): readonly string[] {
  return groups.filter(FILTERS[filterType](filterValue));
}
