/**
 * Configuration: flags and environment variables become one typed value, or one sentence about what is wrong with them.
 * A flag wins over its variable.
 */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { ProfileName } from './protocol/profile.js';

const text = z.string().min(1, 'is empty');

/** Values a person may give, each as `--flag` and as `XAA_FLAG`. */
const Settings = z.strictObject({
  host: text.default('127.0.0.1'),
  port: z.coerce
    .number({ error: 'is not a number' })
    .int('is not a whole number')
    .min(0, 'is below 0')
    .max(65_535, 'is above 65535')
    .default(8080),
  issuer: z
    .url({ protocol: /^https?$/, error: 'is not an http or https URL', abort: true })
    .refine((url) => new URL(url).origin === url, 'must be an origin in its plain form, such as https://okta.example')
    .optional(),
  org: text.optional(),
  store: text.default('file:data/store.json'),
  reset: z.stringbool({ error: 'is neither true nor false' }).default(false),
  apiToken: z.string().min(16, 'is shorter than 16 characters').optional(),
  tlsCert: text.optional(),
  tlsKey: text.optional(),
  profile: z.enum(ProfileName, { error: `is none of ${ProfileName.join(', ')}` }).optional(),
  explainErrors: z.stringbool({ error: 'is neither true nor false' }).optional(),
  logLevel: z.enum(['silent', 'info', 'debug'], { error: 'is none of silent, info, debug' }).default('info'),
});
export type Settings = z.infer<typeof Settings>;

type Name = keyof Settings;

/** One line of help each. */
const MEANING: Record<Name, string> = {
  host: 'address to listen on (default 127.0.0.1, this machine only)',
  port: 'port to listen on (default 8080; 0 picks a free one)',
  issuer: 'public URL of the org, if it stands behind TLS or another name',
  org: 'org file to load (default: the example org)',
  store: 'memory: or file:PATH (default file:data/store.json)',
  reset: 'forget what the store holds and seed it anew',
  apiToken: 'an API token with role SUPER_ADMIN, beside those of the org file',
  tlsCert: 'PEM file with the certificate, to serve https',
  tlsKey: 'PEM file with its private key',
  profile: 'okta or draft: where the two differ, see docs/profiles.md (default: as the org file says, or okta)',
  explainErrors: 'say in the body of an error which rules were broken',
  logLevel: 'silent, info (each exchange) or debug (each request)',
};

/** Flags that take no value. */
const SWITCHES: readonly Name[] = ['reset', 'explainErrors'];

const NAMES = Object.keys(MEANING) as Name[];
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const flagOf = (name: string) => `--${kebab(name)}`;
const variableOf = (name: string) => `XAA_${kebab(name).replaceAll('-', '_').toUpperCase()}`;

/** What the process is asked to do. */
export type Config =
  | { readonly command: 'serve'; readonly settings: Settings }
  | { readonly command: 'health'; readonly settings: Settings }
  | { readonly command: 'help' }
  | { readonly command: 'version' };

/** The configuration cannot be used; the message says what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

function values(argv: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  const options = Object.fromEntries(
    NAMES.map((name) => [kebab(name), { type: SWITCHES.includes(name) ? 'boolean' : 'string' } as const]),
  );
  const known = NAMES.map(variableOf);
  const unknown = Object.keys(env).find((name) => name.startsWith('XAA_') && !known.includes(name));
  if (unknown) throw new ConfigError(`The environment variable ${unknown} is not known. See --help.`);
  try {
    return parseArgs({
      args: [...argv],
      options: { ...options, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new ConfigError(`${(error as Error).message.split('\n')[0]?.split('. To ')[0]}. See --help.`);
  }
}

/**
 * Reads the command line and the environment.
 * @param argv arguments after the program's name
 * @throws {ConfigError} for anything unknown or wrong
 */
export function readConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Config {
  const { values: flags, positionals } = values(argv, env);
  const given: Readonly<Record<string, string | boolean | undefined>> = flags;
  if (flags.help) return { command: 'help' };
  if (flags.version) return { command: 'version' };
  const [command = 'serve', ...more] = positionals;
  if ((command !== 'serve' && command !== 'health') || more.length > 0) {
    throw new ConfigError(`"${positionals.join(' ')}" is not a command. See --help.`);
  }
  const named = Object.fromEntries(
    NAMES.flatMap((name) => {
      const flag = given[kebab(name)];
      const value = flag === undefined ? env[variableOf(name)] : String(flag);
      return value === undefined || (value === '' && flag === undefined) ? [] : [[name, value]];
    }),
  );
  const parsed = Settings.safeParse(named);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(issueSentence).join(' '));
  return { command, settings: checkTls(parsed.data) };
}

function issueSentence(issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0]);
  return `${flagOf(name)} (or ${variableOf(name)}) ${issue.message}.`;
}

function checkTls(settings: Settings): Settings {
  if ((settings.tlsCert === undefined) !== (settings.tlsKey === undefined)) {
    throw new ConfigError('--tls-cert and --tls-key go together: give both or neither.');
  }
  return settings;
}

/** The text of `--help`. */
export function helpText(): string {
  const rows = NAMES.map((name) => `  ${flagOf(name).padEnd(16)} ${variableOf(name).padEnd(18)} ${MEANING[name]}`);
  return [
    'mock-okta-xaa: a mock Okta org for Cross App Access. For testing only.',
    '',
    'Usage: mock-okta-xaa [serve] [flags]   start the org',
    '       mock-okta-xaa health [flags]    exit 0 when the org on --port answers, else 1',
    '',
    'Each flag has an environment variable; the flag wins.',
    ...rows,
    '  --help, --version',
    '',
  ].join('\n');
}
