/** What a bent response and its assertion say: the good content with the patches of an edge case. */
import {
  type AssertionPatch,
  type ResponsePatch,
  SAML_REFERENCE,
  type SamlValueName,
} from '../../edge-cases/saml/saml-edits.js';
import type { AssertionContent, Confirmation } from '../assertion.js';
import { STATUS } from '../names.js';
import type { ResponseContent } from '../response.js';

/** What texts may name, and the moment that times count from, in epoch milliseconds. */
export interface Known {
  readonly values: Readonly<Record<SamlValueName, string>>;
  readonly now: number;
}

type Patched<T> = T | null | undefined;

const textIn = (text: string, { values }: Known) =>
  text.replaceAll(SAML_REFERENCE, (_, name: SamlValueName) => values[name]);

/** `undefined`: as it was; `null`: taken away. */
function textOf(patch: Patched<string>, good: string | undefined, known: Known): string | undefined {
  if (patch === undefined) return good;
  return patch === null ? undefined : textIn(patch, known);
}

function momentOf(patch: Patched<number>, good: number | undefined, { now }: Known): number | undefined {
  if (patch === undefined) return good;
  return patch === null ? undefined : now + patch * 1000;
}

function confirmationOf(good: Confirmation, patch: AssertionPatch, known: Known): Confirmation {
  return {
    method: patch.method ?? good.method,
    recipient: textOf(patch.recipient, good.recipient, known),
    inResponseTo: textOf(patch.inResponseTo, good.inResponseTo, known),
    notBefore: momentOf(patch.confirmedFrom, good.notBefore, known),
    notOnOrAfter: momentOf(patch.confirmedUntil, good.notOnOrAfter, known),
  };
}

function nameIdOf({ nameId }: AssertionContent, patch: AssertionPatch, known: Known): AssertionContent['nameId'] {
  const value = textOf(patch.nameId, nameId?.value, known);
  if (value === undefined) return undefined;
  const format = textOf(patch.nameIdFormat, nameId?.format, known);
  const spNameQualifier = textOf(patch.spNameQualifier, nameId?.spNameQualifier, known);
  return { ...nameId, value, format, spNameQualifier };
}

function authenticationOf({ authentication }: AssertionContent, patch: AssertionPatch, known: Known) {
  if (patch.authentication === 'none' || !authentication) return undefined;
  const sessionNotOnOrAfter = momentOf(patch.sessionUntil, authentication.sessionNotOnOrAfter, known);
  return { ...authentication, sessionNotOnOrAfter };
}

const ONE_ATTRIBUTE: AssertionContent['attributes'] = [{ name: 'groups', values: ['Everyone', 'A & B'] }];

function attributesOf({ attributes }: AssertionContent, { attributes: patch }: AssertionPatch) {
  if (patch === undefined) return attributes;
  return patch === 'one' ? ONE_ATTRIBUTE : [];
}

/** What the assertion says. */
export function patchedAssertion(good: AssertionContent, patch: AssertionPatch = {}, known: Known): AssertionContent {
  const audiences = patch.audiences?.map((names) => names.map((name) => textIn(name, known)));
  return {
    id: textOf(patch.id, good.id, known),
    issueInstant: momentOf(patch.issued, good.issueInstant, known) as number,
    issuer: textOf(patch.issuer, good.issuer, known),
    nameId: nameIdOf(good, patch, known),
    confirmations: patch.confirmations ? [] : good.confirmations.map((one) => confirmationOf(one, patch, known)),
    notBefore: momentOf(patch.notBefore, good.notBefore, known),
    notOnOrAfter: momentOf(patch.notOnOrAfter, good.notOnOrAfter, known),
    audiences: audiences ?? good.audiences,
    ...{ authentication: authenticationOf(good, patch, known), attributes: attributesOf(good, patch) },
  };
}

/** What the response says. */
export function patchedResponse(good: ResponseContent, patch: ResponsePatch = {}, known: Known): ResponseContent {
  return {
    id: textOf(patch.id, good.id, known) as string,
    issuer: textOf(patch.issuer, good.issuer, known),
    destination: textOf(patch.destination, good.destination, known),
    inResponseTo: textOf(patch.inResponseTo, good.inResponseTo, known),
    issueInstant: momentOf(patch.issued, good.issueInstant, known) as number,
    status: patch.status === undefined ? (good.status ?? { code: STATUS.success }) : { code: patch.status },
  };
}
