/**
 * The one place where SAML is made wrong. A good response with its assertion goes in, with the edits of an edge case; one that
 * differs in what the edits say, and in nothing else, comes out.
 */
import type { SamlEdits, SamlSignerName } from '../../edge-cases/saml/saml-edits.js';
import type { Xml } from '../../html/xml.js';
import { type Fact, problem } from '../../protocol/rule.js';
import { type AssertionContent, assertionMarkup, prefixesOf } from '../assertion.js';
import { DECLARATION } from '../names.js';
import { type ResponseContent, responseMarkup } from '../response.js';
import { unwritable } from '../writable.js';
import { ASSEMBLERS, assembled, type Parts } from './assemblies.js';
import { type Known, patchedAssertion, patchedResponse } from './content.js';
import { bentSignature, type SamlKeys } from './signers.js';
import { TAMPERERS, TRAVELLERS, usually } from './tamperings.js';

/** What is bent. */
export interface GoodSaml {
  readonly assertion: AssertionContent;
  /** Its own assertion is not looked at. */
  readonly response: ResponseContent;
  /** What the application signs. */
  readonly sign: { readonly assertion: boolean; readonly response: boolean };
  /** Whether the whole response is sent, or its assertion by itself. */
  readonly within: 'response' | 'assertion';
}

/** What it is bent with. */
export interface SamlBending extends Known {
  readonly keys: SamlKeys;
}

export interface BentSaml {
  readonly xml: string;
  /** What is sent: base64 of it, unless the edits have it otherwise. */
  readonly sent: string;
}

const signerOf = (word: SamlSignerName | undefined, signs: boolean): SamlSignerName =>
  word ?? (signs ? 'active' : 'none');

/** An assertion without an id cannot be named by a signature. */
function assertionSignature(content: AssertionContent, signer: SamlSignerName, keys: SamlKeys): Xml | undefined {
  if (content.id === undefined) return undefined;
  const { markup: text } = assertionMarkup(content);
  return bentSignature({ id: content.id, text, prefixes: prefixesOf(content) }, signer, keys);
}

function partsOf(good: GoodSaml, edits: SamlEdits, bending: SamlBending): Parts {
  const { keys } = bending;
  const assertion = patchedAssertion(good.assertion, edits.assertion, bending);
  const response = { ...patchedResponse(good.response, edits.response, bending), assertion };
  const forged = {
    ...assertion,
    id: `${assertion.id}9`,
    nameId: { ...assertion.nameId, value: bending.values.victim },
  };
  const signer = signerOf(edits.sign?.assertion, good.sign.assertion);
  const outer = signerOf(edits.sign?.response, good.sign.response);
  return {
    ...{ response, assertion, forged },
    signature: assertionSignature(assertion, signer, keys),
    forgedSignature: assertionSignature(forged, signer, keys),
    responseSignature: (body, extensions) => {
      const { markup: text } = responseMarkup(response, { body, extensions });
      return bentSignature({ id: response.id, text, prefixes: prefixesOf(assertion) }, outer, keys);
    },
  };
}

/** The text before anybody tampers with it. */
function signedText(good: GoodSaml, edits: SamlEdits, bending: SamlBending): string {
  const parts = partsOf(good, edits, bending);
  if (edits.assemble) return DECLARATION + ASSEMBLERS[edits.assemble](parts).markup;
  const assertion = assertionMarkup(parts.assertion, parts.signature);
  const alone = (edits.within ?? good.within) === 'assertion';
  return alone ? assertion.markup : DECLARATION + assembled(parts, assertion).markup;
}

/**
 * Whether patches that put something into it would leave it as it is: it says so already. To take away what is not there is
 * another thing: it is then as it is to be.
 */
function putsNothing(good: GoodSaml, { assertion, response, ...others }: SamlEdits, bending: SamlBending): boolean {
  const puts = Object.values({ ...assertion, ...response }).some((value) => value !== null && value !== 'none');
  if (!puts || Object.keys(others).length > 0) return false;
  return signedText(good, { assertion, response }, bending) === signedText(good, {}, bending);
}

/** What the edits make of it, or the sentence that says why they make nothing of it. */
export function bendSaml(good: GoodSaml, edits: SamlEdits, bending: SamlBending): Fact<BentSaml, string> {
  const bad = unwritable([good.assertion, good.response, bending.values], 'saml');
  if (bad) return problem(`XML cannot carry ${bad.character} in ${bad.path}`);
  if (putsNothing(good, edits, bending)) return problem('it would not change: it says so already');
  const signed = signedText(good, edits, bending);
  const xml = edits.tamper ? TAMPERERS[edits.tamper](signed, bending) : signed;
  if (edits.tamper && xml === signed) return problem(`it would not change: ${edits.tamper} makes nothing of it`);
  return { xml, sent: edits.travel ? TRAVELLERS[edits.travel](xml) : usually(xml) };
}
