/** Rows of S6: hostile XML, and what is none. */
import type { SamlEdgeCaseInput } from '../saml-edge-case.js';
import { SAML_SPEC as SPEC } from '../saml-specifications.js';

const must = { group: 'S6', verdict: 'reject', level: 'MUST', severity: 'critical' } as const;
const untidy = { ...must, severity: 'low' } as const;

export const STRUCTURE: readonly SamlEdgeCaseInput[] = [
  {
    name: 'saml-doctype',
    ...{ ...must, level: 'SHOULD', severity: 'medium' },
    source: [SPEC.robustness, SPEC.securityXml],
    differs: 'A document type stands before it.',
    note: 'Nothing good begins with one: a parser that takes it has its entities switched on.',
    tamper: 'doctype',
  },
  {
    name: 'saml-entity-internal',
    ...{ ...must, level: 'SHOULD', severity: 'high' },
    source: [SPEC.robustness, SPEC.securityXml],
    differs: 'Its NameID is an entity that its document type declares.',
    note: 'The signature holds over the replaced text; readers that replace nothing see another user than the verifier.',
    tamper: 'entity-internal',
  },
  {
    name: 'saml-entity-external',
    ...must,
    source: [SPEC.robustness, SPEC.securityXml],
    differs: 'Its NameID is an entity out of a file of the server.',
    note: 'The file is read before the signature is looked at, and comes back in an error.',
    tamper: 'entity-external',
  },
  {
    name: 'saml-entity-bomb',
    ...must,
    source: [SPEC.robustness, SPEC.securityXml],
    differs: 'Its NameID is an entity of two billion characters.',
    note: 'A kilobyte that fills the memory of whoever parses it.',
    tamper: 'entity-bomb',
  },
  {
    name: 'saml-instruction-before',
    ...{ ...untidy, verdict: 'either', level: 'E' },
    source: [SPEC.robustness],
    differs: 'A processing instruction stands before it.',
    note: 'Legal XML that no SAML party writes; what is refused without need has one parser less to fear.',
    tamper: 'instruction-before',
  },
  {
    name: 'saml-deep',
    ...{ ...must, severity: 'high' },
    source: [SPEC.robustness, SPEC.securityXml],
    differs: 'There are ten thousand levels in it, put there once it was signed.',
    note: 'A parser that recurses runs out of stack, and takes the process along.',
    tamper: 'deep-nesting',
  },
  {
    name: 'saml-large',
    ...{ ...must, severity: 'medium' },
    source: [SPEC.robustness, SPEC.securityXml],
    differs: 'There are ten megabytes of blanks in it, put there once it was signed.',
    note: 'Canonicalisation and digest go over all of it before anybody says no.',
    tamper: 'large',
  },
  {
    name: 'saml-cut-off',
    ...untidy,
    source: [SPEC.robustness],
    differs: 'Its end is missing.',
    note: 'A parser that mends what it is given verifies something that nobody sent.',
    tamper: 'cut-off',
  },
  {
    name: 'saml-raw-xml',
    ...{ ...untidy, level: 'SHOULD' },
    source: [SPEC.post, SPEC.tokenType],
    differs: 'It travels as XML and not as base64.',
    note: 'A decoder that skips what it does not know makes something of it.',
    travel: 'xml',
  },
  {
    name: 'saml-deflated',
    ...{ ...untidy, verdict: 'either', level: 'E' },
    source: [SPEC.post],
    differs: 'It is deflated, as it would be in a URL.',
    note: 'Some receivers try both bindings with one code; the inflation must then be bounded.',
    travel: 'deflated',
  },
  {
    name: 'saml-bad-base64',
    ...untidy,
    source: [SPEC.post, SPEC.tokenType],
    differs: 'One character of it is none of base64.',
    note: 'Lenient decoders skip it, and shift everything that follows.',
    travel: 'bad-base64',
  },
  {
    name: 'saml-blank',
    ...untidy,
    source: [SPEC.post],
    differs: 'There is nothing in it.',
    note: 'No message must be an error and not a crash.',
    travel: 'blank',
  },
];
