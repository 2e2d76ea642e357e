/**
 * A form: each name with its values, in order of appearance. Empty values count as absent (RFC 6749 "Parameters").
 * Nothing is refused here; that a form was no form at all is a fact like any other.
 */

export interface Form {
  /** Whether the body was declared as `application/x-www-form-urlencoded`. */
  readonly isForm: boolean;
  /** The first value of that name. */
  get(name: string): string | undefined;
  all(name: string): readonly string[];
  readonly names: readonly string[];
}

/** Reads a form or a query string. Any text is a form; names such as `__proto__` are names like any other. */
export function readForm(text: string, isForm = true): Form {
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '') continue;
    const before = values.get(name);
    if (before) before.push(value);
    else values.set(name, [value]);
  }
  return {
    isForm,
    get: (name) => values.get(name)?.[0],
    all: (name) => values.get(name) ?? [],
    names: [...values.keys()],
  };
}

/** The words of a space-separated list, each once. */
export function words(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(' ').filter(Boolean))];
}

/** RFC 6749 "Access Token Scope": printable ASCII without quote and backslash, single spaces between tokens. */
export function isScope(text: string): boolean {
  return /^[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*$/.test(text);
}
