/**
 * Two relying parties that judge what the bender makes: one that is as strict as the profiles let it be, out of what
 * src/saml reads; and `@node-saml/node-saml`, which knows nothing of it.
 */
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { shippedSamlEdgeCases } from '../../src/edge-cases/saml/saml-edge-case.js';
import type { SamlEdits } from '../../src/edge-cases/saml/saml-edits.js';
import { certificatePem } from '../../src/registry/certificate.js';
import { assertionOf } from '../../src/saml/assertion.js';
import { isFor } from '../../src/saml/assertion-facts.js';
import { type BentSaml, bendSaml, type GoodSaml, type SamlBending } from '../../src/saml/bend/bend.js';
import { STATUS } from '../../src/saml/names.js';
import { openSubjectToken, type VerifiedAssertion, verifyAssertion } from '../../src/saml/read-assertion.js';
import { CERTIFICATE, OTHER_SIGNER, RESPONSE, SIGN_IN, SIGNER, TRUST } from './saml.js';

export const ROWS = await shippedSamlEdgeCases();
export const VICTIM = 'admin@example.com';

/** The good sign-in that is bent, at that moment. */
export function goodAt(now: number, change: Partial<GoodSaml> = {}): GoodSaml {
  const assertion = assertionOf({ ...SIGN_IN, now, signedInAt: now - 1000 });
  const response = { ...RESPONSE, issueInstant: now };
  return { assertion, response, sign: { assertion: true, response: true }, within: 'response', ...change };
}

export function bendingAt(now: number): SamlBending {
  const { issuer, audience, recipient, nameId } = SIGN_IN;
  const values = { issuer, audience, recipient, nameId: nameId.value, victim: VICTIM, requestId: '_request1' };
  return { values, now, keys: { active: SIGNER, attacker: OTHER_SIGNER } };
}

export function bentAt(now: number, edits: SamlEdits, change?: Partial<GoodSaml>): BentSaml {
  const bent = bendSaml(goodAt(now, change), edits, bendingAt(now));
  if ('problem' in bent) throw new Error(bent.problem);
  return bent;
}

/** What must hold of a verified assertion, by name. */
const DEMANDS: Readonly<Record<string, (facts: VerifiedAssertion, now: number) => boolean>> = {
  id: ({ id }) => typeof id === 'string',
  issuer: ({ issuer }) => issuer === SIGN_IN.issuer,
  status: ({ response }) => !response || response.status === STATUS.success,
  'response-issuer': ({ response }) => !response || response.issuer === SIGN_IN.issuer,
  destination: ({ response }) => !response || response.destination === SIGN_IN.recipient,
  'response-asked': ({ response }) => !response || response.inResponseTo === '_request1',
  nameId: ({ nameId }) => !('problem' in nameId),
  audience: ({ audiences }) => !('problem' in audiences) && isFor(audiences, SIGN_IN.audience),
  conditions: ({ validity }, now) =>
    !('problem' in validity) && (validity.notBefore ?? now) <= now && now < (validity.notOnOrAfter ?? Infinity),
  'signed-in': ({ authentication }, now) =>
    authentication !== undefined &&
    !('problem' in authentication) &&
    now < (authentication.sessionNotOnOrAfter ?? Infinity),
  bearer: ({ bearers }) => !('problem' in bearers),
  confirmation: ({ bearers }, now) =>
    'problem' in bearers ||
    bearers.some(
      ({ recipient, notBefore, notOnOrAfter, inResponseTo }) =>
        recipient === SIGN_IN.recipient &&
        notBefore === undefined &&
        now < (notOnOrAfter ?? 0) &&
        inResponseTo === '_request1',
    ),
};

/** `accepted:` and the NameID; `refused:` and why. */
export function strictParty({ sent }: Pick<BentSaml, 'sent'>, now: number): string {
  const opened = openSubjectToken(sent);
  if ('problem' in opened) return `refused: ${opened.problem} ${opened.because}`;
  const facts = verifyAssertion(opened, TRUST);
  if ('problem' in facts) return `refused: ${facts.problem} ${facts.because}`;
  const broken = Object.keys(DEMANDS).find((name) => !DEMANDS[name]?.(facts, now));
  return broken ? `refused: ${broken}` : `accepted: ${'value' in facts.nameId && facts.nameId.value}`;
}

/** node-saml as its documentation sets it up, with every check that it has. */
export async function nodeSaml(
  { sent }: Pick<BentSaml, 'sent'>,
  want: { response: boolean; assertion: boolean },
): Promise<string> {
  const saml = new SAML({
    ...{ callbackUrl: SIGN_IN.recipient, issuer: SIGN_IN.audience, audience: SIGN_IN.audience },
    ...{ idpIssuer: SIGN_IN.issuer, idpCert: certificatePem(CERTIFICATE), entryPoint: 'https://okta.example/sso' },
    ...{ wantAuthnResponseSigned: want.response, wantAssertionsSigned: want.assertion },
    ...{ validateInResponseTo: ValidateInResponseTo.always, acceptedClockSkewMs: 0 },
  });
  await saml.cacheProvider.saveAsync('_request1', new Date().toISOString());
  try {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: sent });
    return `accepted: ${profile?.nameID}`;
  } catch (error) {
    return `refused: ${(error as Error).message.slice(0, 120)}`;
  }
}
