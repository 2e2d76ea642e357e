/** Which armed case an exchange meets, and what applying it leaves behind. */
import { type Org, storedForm } from '../org.js';
import { type ArmedCase, armedCases, isArmedFor, type Matched } from '../registry/armed-case.js';
import { type Change, replace, type View } from '../store/port.js';

/** The first armed case that is for this exchange. */
export function armedFor(org: Org, view: View, exchange: Matched): ArmedCase | undefined {
  const all = view.list(armedCases);
  if (all.length === 0) return undefined;
  const stored = { ...exchange, audience: storedForm(org, exchange.audience) };
  return all.find((armed) => isArmedFor(armed, stored));
}

/** The change that counts one more exchange; of two at once, the slower one loses and meets the next case. */
export function applying(armed: ArmedCase): Change {
  const { applied, left } = armed;
  const counted = { ...armed, applied: applied + 1, ...(left !== undefined && { left: left - 1 }) };
  return replace(armedCases, armed, counted);
}
