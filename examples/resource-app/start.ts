/**
 * Starts the example resource application by hand, to be probed or called. In a checkout:
 *
 *     npx tsx examples/resource-app/start.ts --trust http://127.0.0.1:8080 --port 9000
 *
 * The package has it as the program `mock-okta-xaa-resource-app`. It prints its addresses and its client as a line of JSON,
 * then which check refused what, and stops with Ctrl-C.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { checks } from './checks.js';
import { openPort, startResourceApp } from './resource-app.js';

/** New keys are to be found while a person watches, and the load that invented ones cause matters to nobody here. */
const KEY_COOLDOWN = 1000;

const FLAGS = {
  trust: { type: 'string', default: 'http://127.0.0.1:8080', meaning: 'the issuer whose ID-JAGs it accepts' },
  port: { type: 'string', default: '9000', meaning: 'where it listens on 127.0.0.1; 0 picks a free one' },
  user: { type: 'string', default: '00uProbe000000000001', meaning: 'the one user whom it knows, by sub' },
  'client-id': { type: 'string', default: 'claude', meaning: 'the one client that is registered' },
  'client-secret': { type: 'string', default: 'secret-for-testing-only', meaning: 'its secret' },
  without: {
    type: 'string',
    multiple: true,
    meaning: 'forget this check, to see what a probe says; several may stand',
  },
  help: { type: 'boolean', short: 'h', meaning: 'this' },
} as const satisfies Record<string, NonNullable<ParseArgsConfig['options']>[string] & { meaning: string }>;

const usage = () =>
  [
    'mock-okta-xaa-resource-app: an MCP server with its own authorization server, which accepts ID-JAGs. For testing only.',
    '',
    ...Object.entries(FLAGS).map(([name, flag]) => {
      const usual = 'default' in flag ? ` (default ${flag.default})` : '';
      return `  ${`--${name}`.padEnd(16)} ${flag.meaning}${usual}`;
    }),
    '',
    `Checks: ${checks.map(({ name }) => name).join(', ')}`,
    '',
  ].join('\n');

/** All checks but those. @throws {Error} for a name that is none */
function checksWithout(names: readonly string[]): typeof checks {
  const unknown = names.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined) throw new Error(`There is no check "${unknown}".`);
  return checks.filter(({ name }) => !names.includes(name));
}

async function start(): Promise<void> {
  const { values } = parseArgs({ options: FLAGS });
  if (values.help) return console.log(usage());
  const remaining = checksWithout(values.without ?? []);
  const place = await openPort(Number(values.port));
  const client = { clientId: values['client-id'], clientSecret: values['client-secret'] };
  const app = await startResourceApp({
    ...{ place, trustedIssuer: values.trust, users: [{ iss: values.trust, sub: values.user }], ...client },
    ...{ checks: remaining, keyCaching: { cooldownDuration: KEY_COOLDOWN } },
    onRefusal: ({ name }) => console.log(`refused: ${name}`),
  });
  console.log(JSON.stringify({ issuer: app.issuer, mcp: app.mcpUrl, tokenEndpoint: app.tokenEndpoint, ...client }));
}

// A port that is taken or a flag that there is not is for the person who starts it: one sentence, no stack.
await start().catch(({ message }: Error) => {
  console.error(`mock-okta-xaa-resource-app: ${message}${message.endsWith('.') ? '' : '.'} See --help.`);
  process.exitCode = 2;
});
