/** `mock-okta-xaa mint` of SAML: what is sent on standard output, what is to be known about it on standard error. */
import { askRunningOrg, orgInMemory } from './asked-org.js';
import type { Flags } from './command-flags.js';
import { checked, type Output } from './command-input.js';
import { ConfigError, type Settings } from './config.js';
import { type MintedSaml, mintSaml } from './control/mint-saml.js';
import { MintSamlRequest } from './control/mint-saml-request.js';
import type { SamlEdgeCase } from './edge-cases/saml/saml-edge-case.js';
import { withoutUndefined } from './protocol/json-objects.js';
import { isMistake } from './protocol/mistake.js';

const KINDS: Readonly<Record<string, MintSamlRequest['within']>> = {
  'saml-response': 'response',
  'saml-assertion': 'assertion',
};

/** Whether the flags ask for SAML. */
export const isOfSaml = ({ token, 'saml-edge-case': edgeCase }: Flags): boolean =>
  edgeCase !== undefined || Object.hasOwn(KINDS, String(token));

/** Flags of both kinds of mint. */
const SHARED = ['token', 'user', 'application', 'saml-edge-case', 'recipient', 'request-id', 'json'];

/** @throws {ConfigError} for a flag that means something for JWTs only */
function requestFrom(flags: Flags): unknown {
  const { token, user, application, recipient } = flags;
  const strange = Object.keys(flags).find((name) => flags[name as keyof Flags] !== undefined && !SHARED.includes(name));
  if (strange !== undefined) throw new ConfigError(`--${strange} goes with tokens that are JWTs, and not with SAML.`);
  if (token !== undefined && !Object.hasOwn(KINDS, String(token))) {
    throw new ConfigError(`--saml-edge-case goes with --token ${Object.keys(KINDS).join(' or ')}.`);
  }
  return withoutUndefined({
    ...{ user, application, recipient, requestId: flags['request-id'], edgeCase: flags['saml-edge-case'] },
    within: KINDS[String(token)],
  });
}

async function minted(settings: Settings, request: MintSamlRequest): Promise<MintedSaml> {
  if (settings.url !== undefined)
    return askRunningOrg(settings, '/_mock/mint-saml', request, ['token', 'xml', 'postTo']);
  const outcome = await mintSaml(await orgInMemory(settings), request);
  if (isMistake(outcome)) throw new ConfigError(`${outcome.path}: ${outcome.mistake}.`);
  return outcome;
}

const EXPECTED: Readonly<Record<SamlEdgeCase['verdict'], (whom: string | undefined) => string>> = {
  reject: () => 'it is refused.',
  accept: (whom) => `it signs in ${whom}.`,
  either: (whom) => `it is refused, or signs in ${whom} and nobody else.`,
};

/** No flag changes what a row does, so that each has its verdict. */
function expected({ verdict, acceptedAs }: MintedSaml): string {
  return `Expected: ${EXPECTED[verdict as SamlEdgeCase['verdict']](acceptedAs)}`;
}

function about(told: MintedSaml): string {
  const { kind, application, nameId, postTo, xml, edgeCase } = told;
  return [
    `${kind} for ${application}, about ${nameId.value}; for testing only`,
    ...(kind === 'saml-response' ? [`A browser would post it as SAMLResponse to ${postTo}`] : []),
    xml.length > 20_000 ? `${xml.slice(0, 20_000)}… (${xml.length} characters)` : xml,
    ...(edgeCase ? [`${edgeCase.name} (${edgeCase.level}): ${edgeCase.differs} ${edgeCase.note}`] : []),
    expected(told),
    '',
  ].join('\n');
}

/**
 * Mints by the running org of `--url`, or by one in memory.
 * @throws {ConfigError} for whatever the person can mend
 */
export async function mintSamlCommand(settings: Settings, flags: Flags): Promise<Output> {
  const told = await minted(settings, checked(MintSamlRequest, requestFrom(flags)));
  if (flags.json) return { out: `${JSON.stringify(told, null, 2)}\n`, err: '', exitCode: 0 };
  return { out: `${told.token}\n`, err: about(told), exitCode: 0 };
}
