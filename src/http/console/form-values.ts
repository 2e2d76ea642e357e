/** From the texts of a form to the values that the schemas of the control API take. */
import { type AdminRefusal, notValid } from '../../admin/change.js';
import type { Form } from '../../protocol/form.js';
import { isMistake, type Mistake } from '../../protocol/mistake.js';

/** What was typed; nothing was: an empty text. */
export const textIn = (form: Form, name: string): string => form.get(name) ?? '';

/** A number, where the text is one; the text itself otherwise, which the schema refuses. */
export function numberIn(text: string | undefined): unknown {
  return text !== undefined && /^-?\d+$/.test(text.trim()) ? Number(text.trim()) : text;
}

/** JSON, where the text is; the text itself otherwise, which the schema refuses. */
export function jsonIn(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

/** JSON that a person wrote, read; or the sentence that says where it stops being any. */
export function writtenJson(text: string, label: string): { readonly json: unknown } | AdminRefusal {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return notValid('form', `${label}: is no JSON: ${(error as Error).message}`);
  }
}

/** What members are called on the page, by their paths. */
type Labels = Readonly<Record<string, string>>;

/** A mistake in the words of the page. */
export function refusalOf({ path, mistake }: Mistake, labels: Labels = {}): AdminRefusal {
  return notValid(path, `${labels[path] ?? path}: ${mistake}`);
}

/** What came of it; a mistake in the words of the page. */
export function unlessMistake<T>(outcome: T | Mistake, labels: Labels = {}): T | AdminRefusal {
  return isMistake(outcome) ? refusalOf(outcome, labels) : outcome;
}
