/** Rows of S2: a good signature, and a reader that is led to something else than what was signed. */
import type { SamlEdgeCaseInput } from '../saml-edge-case.js';
import { ASSEMBLIES, type AssemblyName } from '../saml-edits.js';
import { SAML_SPEC as SPEC } from '../saml-specifications.js';

const must = { group: 'S2', verdict: 'reject', level: 'MUST', severity: 'critical', within: 'response' } as const;

const sentence = (words: string) => `${words[0]?.toUpperCase()}${words.slice(1)}.`;

/** Those where the signed assertion stands in its place, so that whoever reads it and nothing else is right, too. */
const IN_PLACE: readonly AssemblyName[] = ['xsw3', 'xsw7'];

/** One of the eight, over a response or over an assertion. */
function wrapped(assemble: AssemblyName, note: string): SamlEdgeCaseInput {
  const response = assemble === 'xsw1' || assemble === 'xsw2';
  const inPlace = IN_PLACE.includes(assemble);
  return {
    ...{ name: `saml-${assemble}`, ...must, source: [SPEC.wrapping, SPEC.references] },
    ...{ differs: sentence(ASSEMBLIES[assemble]), note, assemble },
    ...(inPlace && { verdict: 'either', acceptedAs: '{nameId}' }),
    sign: response ? { assertion: 'none', response: 'active' } : { assertion: 'active', response: 'none' },
  };
}

export const WRAPPING: readonly SamlEdgeCaseInput[] = [
  wrapped('xsw1', 'The signature verifies over what it holds, and the reader starts at the root.'),
  wrapped('xsw2', 'A detached signature verifies over a copy beside it, and the reader starts at the root.'),
  wrapped('xsw3', 'The verifier finds the signed assertion by its id, and the reader takes the first.'),
  wrapped('xsw4', 'The verifier looks deep and finds the signed assertion, and the reader takes the outer one.'),
  wrapped(
    'xsw5',
    'The verifier follows the reference to the end, and the reader takes the assertion with the signature.',
  ),
  wrapped('xsw6', 'The signed assertion hides in its own signature, and the reader takes the one around both.'),
  wrapped('xsw7', 'Extensions may hold anything, so that a schema has nothing against a second assertion there.'),
  wrapped(
    'xsw8',
    'The object of a signature may hold anything, also what it signs; the reader takes what is around it.',
  ),
  {
    name: 'saml-forged-last',
    ...{ ...must, verdict: 'either', acceptedAs: '{nameId}' },
    source: [SPEC.wrapping],
    differs: 'Behind the signed assertion stands a forged one.',
    note: 'A reader in which the last one wins reads what nobody signed.',
    assemble: 'forged-last',
    sign: { assertion: 'active', response: 'none' },
  },
  {
    name: 'saml-assertion-replaced',
    ...must,
    source: [SPEC.signature],
    differs: 'Only the response was signed, and somebody replaced the assertion in it.',
    note: 'A service provider that only asks whether the response has a signature, and never verifies it, signs anybody in.',
    assemble: 'replaced',
    sign: { assertion: 'none', response: 'active' },
  },
  {
    name: 'saml-two-assertions',
    ...{ ...must, verdict: 'either', level: 'E', severity: 'high' },
    source: [SPEC.processing, SPEC.rfcAssertion],
    differs: 'It has two signed assertions for two users; a subject token must have one.',
    note: 'Profiles allow several for one user. Whoever takes one of two users has chosen, and the other did not ask.',
    acceptedAs: '{nameId}',
    assemble: 'both-signed',
    sign: { assertion: 'active', response: 'none' },
  },
];
