/** `mock-okta-xaa explain`: an ID-JAG judged rule by rule, for whoever got nothing but `invalid_grant`. */
import { readFileSync } from 'node:fs';
import { askRunningOrg, orgInMemory } from './asked-org.js';
import type { Flags } from './command-flags.js';
import { checked, jsonFile, numeric, type Output } from './command-input.js';
import type { Settings } from './config.js';
import { withoutUndefined } from './protocol/json-objects.js';
import type { ExplainedRule, Explanation } from './ras/explain.js';
import { ExplainRequest, explainAsked } from './ras/explain-request.js';

const STANDARD_INPUT = 0;

/** The token itself is best not on a command line, where others see it. */
function tokenFrom([token = '-']: readonly string[]): string {
  return (token === '-' ? readFileSync(STANDARD_INPUT, 'utf8') : token).trimEnd();
}

/** The request as a person would post it. */
function requestFrom(flags: Flags, args: readonly string[], { issuer }: Settings): unknown {
  const { audience, resource, algorithm } = flags;
  return withoutUndefined({
    token: tokenFrom(args),
    ...{ issuer: flags.iss ?? issuer, audience, clientId: flags['client-id'], resource, algorithms: algorithm },
    ...{ keys: jsonFile('keys', flags.keys), now: numeric(flags.now), leeway: numeric(flags.leeway) },
  });
}

const MARKS: Readonly<Record<ExplainedRule['outcome'], string>> = { tick: '✓', cross: '✗', 'not asked': '·' };

function lines({ name, outcome, demands, found, source }: ExplainedRule): string {
  const why = outcome === 'cross' ? `\n    ${demands}\n    ${source.document}, "${source.section}"` : '';
  return `${MARKS[outcome]} ${name}: ${found}${why}`;
}

function report({ accepted, refusedBy, looksLike, signature, notAsked, rules }: Explanation): string {
  const unsure =
    refusedBy === null ? 'Undecided: nobody checked the signature.' : `To be refused, first of all by ${refusedBy}.`;
  const verdict = accepted ? 'Acceptable, as far as it was asked.' : unsure;
  return [
    `It looks like ${looksLike}. Signature: ${signature}.`,
    ...rules.map(lines),
    ...(notAsked.length > 0 ? ['Not asked:', ...notAsked.map((one) => `  ${one}`)] : []),
    verdict,
    '',
  ].join('\n');
}

/**
 * Explains by the running org of `--url`, or by one in memory.
 * @throws {ConfigError} for whatever the person can mend
 */
export async function explainCommand(settings: Settings, flags: Flags, args: readonly string[]): Promise<Output> {
  const request = checked(ExplainRequest, requestFrom(flags, args, settings));
  const explanation =
    settings.url === undefined
      ? await explainAsked(await orgInMemory(settings), request)
      : await askRunningOrg<Explanation>(settings, '/_mock/explain', request, ['rules', 'accepted']);
  const out = flags.json ? `${JSON.stringify(explanation, null, 2)}\n` : report(explanation);
  return { out, err: '', exitCode: explanation.accepted ? 0 : 1 };
}
