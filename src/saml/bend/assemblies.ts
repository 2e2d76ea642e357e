/**
 * How a response is put together out of a signed part and a forged one: signature wrapping in its known permutations, and
 * forgeries that need none.
 */
import type { AssemblyName } from '../../edge-cases/saml/saml-edits.js';
import { type Xml, xml } from '../../html/xml.js';
import { type AssertionContent, assertionMarkup } from '../assertion.js';
import { type Inside, type ResponseContent, responseMarkup } from '../response.js';

/** What there is to put together. */
export interface Parts {
  readonly response: ResponseContent;
  readonly assertion: AssertionContent;
  /** Over the assertion. */
  readonly signature: Xml | undefined;
  /** The same assertion for the victim, under an id of its own. */
  readonly forged: AssertionContent;
  /** Over the forged one, by whoever signs the good one. */
  readonly forgedSignature: Xml | undefined;
  /** Over a response with that in it. */
  readonly responseSignature: (body: Xml | readonly Xml[], extensions?: Xml) => Xml | undefined;
}

/** The signature with something inside, at its end. */
function holding(signature: Xml | undefined, inside: Xml): Xml | undefined {
  return (
    signature && { markup: signature.markup.replace(/<\/ds:Signature>$/, () => `${inside.markup}</ds:Signature>`) }
  );
}

const signedOf = ({ assertion, signature }: Parts) => assertionMarkup(assertion, signature);
const bareOf = ({ assertion }: Parts) => assertionMarkup(assertion);
const forgedOf = ({ forged }: Parts, signature?: Xml) => assertionMarkup(forged, signature);

/** A response with that in it, signed where the response is signed. */
export function assembled({ response, responseSignature }: Parts, body: Xml | readonly Xml[], extensions?: Xml): Xml {
  return responseMarkup(response, { signature: responseSignature(body, extensions), body, extensions });
}

/** A response that nobody signed, in the good one's place. */
function forgedResponse(parts: Parts, inside: Inside): Xml {
  return responseMarkup({ ...parts.response, id: `${parts.response.id}9` }, { ...inside, body: forgedOf(parts) });
}

/** The good response and the signature over it. */
function goodResponse(parts: Parts): { readonly bare: Xml; readonly signature: Xml | undefined } {
  const body = signedOf(parts);
  return { bare: responseMarkup(parts.response, { body }), signature: parts.responseSignature(body) };
}

const EXTENSIONS = (inside: Xml) => xml`<saml2p:Extensions>${inside}</saml2p:Extensions>`;
const OBJECT = (inside: Xml) => xml`<ds:Object>${inside}</ds:Object>`;

/** What was signed goes to the end of the forged assertion. */
function around(forged: Xml, inside: Xml): Xml {
  return { markup: forged.markup.replace(/<\/saml2:Assertion>$/, () => `${inside.markup}</saml2:Assertion>`) };
}

export const ASSEMBLERS: Readonly<Record<AssemblyName, (parts: Parts) => Xml>> = {
  xsw1: (parts) => {
    const { bare, signature } = goodResponse(parts);
    return forgedResponse(parts, { signature: holding(signature, bare) });
  },
  xsw2: (parts) => {
    const { bare, signature } = goodResponse(parts);
    return forgedResponse(parts, { signature: xml`${bare}${signature}` });
  },
  xsw3: (parts) => assembled(parts, [forgedOf(parts), signedOf(parts)]),
  xsw4: (parts) => assembled(parts, around(forgedOf(parts), signedOf(parts))),
  xsw5: (parts) => assembled(parts, [forgedOf(parts, parts.signature), bareOf(parts)]),
  xsw6: (parts) => assembled(parts, forgedOf(parts, holding(parts.signature, bareOf(parts)))),
  xsw7: (parts) => assembled(parts, signedOf(parts), EXTENSIONS(forgedOf(parts))),
  xsw8: (parts) => assembled(parts, forgedOf(parts, holding(parts.signature, OBJECT(bareOf(parts))))),
  'forged-last': (parts) => assembled(parts, [signedOf(parts), forgedOf(parts)]),
  'both-signed': (parts) => assembled(parts, [signedOf(parts), forgedOf(parts, parts.forgedSignature)]),
  replaced: (parts) => {
    const signature = parts.responseSignature(signedOf(parts));
    return responseMarkup(parts.response, { signature, body: forgedOf(parts) });
  },
};
