/** Refusals of `admin` begin their sentences with a member of the API's JSON; a page says what it calls that. */
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';

/** @param labels what a member is called on the page */
export function labelled<T>(outcome: T | AdminRefusal, labels: Readonly<Record<string, string>>): T | AdminRefusal {
  if (!isAdminRefusal(outcome)) return outcome;
  const inLabels = (sentence: string) =>
    sentence.replace(/^(\w[\w.]*)(?=: )/, (member) =>
      Object.hasOwn(labels, member) ? (labels[member] as string) : member,
    );
  return {
    ...outcome,
    causes: outcome.causes.map((cause) =>
      typeof cause === 'string' ? inLabels(cause) : { ...cause, errorSummary: inLabels(cause.errorSummary) },
    ),
  };
}
