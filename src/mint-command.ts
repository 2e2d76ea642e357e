/** `mock-okta-xaa mint`: the token alone on standard output, what is to be known about it on standard error. */
import { askRunningOrg, orgInMemory } from './asked-org.js';
import type { Flags } from './command-flags.js';
import { checked, jsonFile, jsonIn, numeric, type Output, pairsIn } from './command-input.js';
import { ConfigError, type Settings } from './config.js';
import { type Minted, mint } from './control/mint.js';
import { MintRequest } from './control/mint-request.js';
import { isOfSaml, mintSamlCommand } from './mint-saml-command.js';
import { withoutUndefined } from './protocol/json-objects.js';
import { isMistake } from './protocol/mistake.js';

/** They say nothing of a JWT. */
const SAML_FLAGS = ['recipient', 'request-id'] as const;

/** The request as a person would post it. */
function requestFrom(flags: Flags): unknown {
  const { token, user, agent, application, server, audience, resource, scope, sign } = flags;
  const keys = {
    encryption: jsonFile('encryption-key', flags['encryption-key']),
    ras: jsonFile('ras-key', flags['ras-key']),
    client: jsonFile('client-key', flags['client-key']),
  };
  return withoutUndefined({
    ...{ token, user, agent, application, server, audience, scope, sign },
    resource: Array.isArray(resource) && resource.length === 1 ? resource[0] : resource,
    ...{ clientId: flags['client-id'], edgeCases: flags['edge-case'], lifetime: numeric(flags.lifetime) },
    ...{ claims: jsonIn('claims', flags.claims), header: jsonIn('header', flags.header) },
    ...{ given: pairsIn('given', flags.given) ?? {}, keys: withoutUndefined(keys) },
  });
}

async function minted(settings: Settings, request: MintRequest): Promise<Minted> {
  if (settings.url !== undefined && settings.edgeCases !== undefined) {
    throw new ConfigError('--edge-cases goes with an org in memory: with --url, the running org has its own.');
  }
  if (settings.url !== undefined)
    return askRunningOrg(settings, '/_mock/mint', request, ['token', 'edgeCases', 'expect']);
  const outcome = await mint(await orgInMemory(settings), request);
  if (isMistake(outcome)) throw new ConfigError(`${outcome.path}: ${outcome.mistake}.`);
  return outcome;
}

function about(
  settings: Settings,
  { kind, header, claims, verdict, expect, edgeCases, publish, exchange }: Minted,
): string {
  const cases = edgeCases.flatMap(({ name, level, differs, note, situation }) => [
    `${name} (${level}): ${differs} ${note}`,
    ...(situation ? [`  Around the token: ${JSON.stringify(situation)}`] : []),
  ]);
  const refusedBy = exchange?.refusedBy;
  return [
    `${kind}, for testing only`,
    ...(kind !== 'id-jag' && settings.url === undefined ? ['No running org knows it: with --url, one would.'] : []),
    `header ${JSON.stringify(header, null, 2)}`,
    `claims ${JSON.stringify(claims, null, 2)}`,
    ...cases,
    ...(publish ? [`The key set must have besides: ${JSON.stringify(publish)}`] : []),
    ...(refusedBy ? [`The org itself would not issue it: ${refusedBy.name}. ${refusedBy.demands}`] : []),
    verdict === null
      ? 'No row says what a server should do with it.'
      : `Expected: ${verdict}, by ${expect.join(' or ')}`,
    '',
  ].join('\n');
}

/**
 * Mints by the running org of `--url`, or by one in memory.
 * @throws {ConfigError} for whatever the person can mend
 */
export async function mintCommand(settings: Settings, flags: Flags): Promise<Output> {
  if (isOfSaml(flags)) return mintSamlCommand(settings, flags);
  const strange = SAML_FLAGS.find((name) => flags[name] !== undefined);
  if (strange) throw new ConfigError(`--${strange} goes with --token saml-response or saml-assertion.`);
  const told = await minted(settings, checked(MintRequest, requestFrom(flags)));
  if (flags.json) return { out: `${JSON.stringify(told, null, 2)}\n`, err: '', exitCode: 0 };
  return { out: `${told.token}\n`, err: about(settings, told), exitCode: 0 };
}
