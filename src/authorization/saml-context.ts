/** Whether a class of sign-in is one that a request asks for. SAML core, "Element <RequestedAuthnContext>". */
import type { AuthnRequest } from '../saml/read-message.js';

const CLASS = 'urn:oasis:names:tc:SAML:2.0:ac:classes:';

/** From weak to strong, as far as classes of Okta's list can be compared at all. */
const STRENGTH = [`${CLASS}unspecified`, `${CLASS}Password`, `${CLASS}PasswordProtectedTransport`];

type Compares = (ours: number, theirs: readonly number[]) => boolean;

/** By strength; `better` is better than every class asked for. */
const COMPARISONS: Readonly<Record<string, Compares>> = {
  minimum: (ours, theirs) => theirs.some((one) => ours >= one),
  maximum: (ours, theirs) => theirs.some((one) => ours <= one),
  better: (ours, theirs) => theirs.every((one) => ours > one),
};

/** @param ours the class that the application's assertions name */
export function meetsContext(
  ours: string,
  { contextClasses, contextComparison }: Pick<AuthnRequest, 'contextClasses' | 'contextComparison'>,
): boolean {
  if (contextClasses.length === 0) return true;
  const listed = contextClasses.includes(ours);
  const compares = COMPARISONS[contextComparison];
  if (!compares) return contextComparison === 'exact' && listed;
  const strengths = contextClasses.map((one) => STRENGTH.indexOf(one));
  const comparable = STRENGTH.includes(ours) && !strengths.includes(-1);
  return comparable ? compares(STRENGTH.indexOf(ours), strengths) : contextComparison !== 'better' && listed;
}
