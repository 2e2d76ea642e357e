/** SAML's way to write a moment: xs:dateTime in UTC. SAML core, "Time Values". Moments are epoch milliseconds. */
import { type Fact, problem } from '../protocol/rule.js';

const MOMENT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,12})?Z$/;

/** With milliseconds, as Okta writes it. */
export function momentText(moment: number): string {
  return new Date(moment).toISOString();
}

/** The moment that a text says. A date that no calendar has is none; what is finer than a millisecond is cut off. */
export function readMoment(text: string): Fact<number, 'not-a-moment'> {
  if (!MOMENT.test(text)) return problem('not-a-moment');
  const moment = Date.parse(text.replace(/(\.\d{3})\d+Z$/, '$1Z'));
  // An impossible day is rolled into the next month by some engines, and no date at all to others.
  return String(new Date(moment).toJSON()).slice(0, 19) === text.slice(0, 19) ? moment : problem('not-a-moment');
}
