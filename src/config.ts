/**
 * Configuration: flags and environment variables become one typed value, or one sentence about what is wrong with them.
 * A flag wins over its variable.
 */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { COMMAND_FLAGS, type CommandFlag, type CommandName, type Flags } from './command-flags.js';
import { ProfileName } from './protocol/profile.js';

const text = z.string().min(1, 'is empty');
const whole = z.coerce.number({ error: 'is not a number' }).int('is not a whole number');
const port = whole.min(0, 'is below 0').max(65_535, 'is above 65535');
const origin = z
  .url({ protocol: /^https?$/, error: 'is not an http or https URL', abort: true })
  .refine((url) => new URL(url).origin === url, 'must be an origin in its plain form, such as https://okta.example');

/** The issuer of an org: an origin, or one with the path of an org that was made. */
const base = z
  .url({ protocol: /^https?$/, error: 'is not an http or https URL', abort: true })
  .regex(/^https?:\/\/[^/?#@]+(\/orgs\/[\w-]+)?$/, 'must be the issuer of an org, such as http://127.0.0.1:8080');

/** Values a person may give, each as `--flag` and as `XAA_FLAG`. */
const Settings = z.strictObject({
  host: text.default('127.0.0.1'),
  port: port.default(8080),
  controlPort: port.optional(),
  noControl: z.stringbool({ error: 'is neither true nor false' }).default(false),
  maxOrgs: whole.min(0, 'is below 0').max(100_000, 'is above 100000').default(500),
  issuer: origin.optional(),
  org: text.optional(),
  edgeCases: text.optional(),
  url: base.optional(),
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

export type Name = keyof Settings;

type Env = Readonly<Record<string, string | undefined>>;

/** One line of help each. */
const MEANING: Record<Name, string> = {
  host: 'address to listen on (default 127.0.0.1, this machine only)',
  port: 'port to listen on (default 8080; 0 picks a free one)',
  controlPort: 'port of a listener of its own for the control API (default: with the org)',
  noControl: 'run without the control API',
  maxOrgs: 'how many orgs may be made beside the main one (default 500)',
  issuer: 'public URL of the org, if it stands behind TLS or another name',
  org: 'org file to load (default: the example org)',
  edgeCases: 'file or folder with edge cases of your own (default: fixtures/edge-cases of the program)',
  url: 'a running org that mint and explain ask (default: an org in memory, from the org file)',
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
const SWITCHES: readonly Name[] = ['reset', 'explainErrors', 'noControl'];

const NAMES = Object.keys(MEANING) as Name[];
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const flagOf = (name: string) => `--${kebab(name)}`;
const variableOf = (name: string) => `XAA_${kebab(name).replaceAll('-', '_').toUpperCase()}`;

/** What the process is asked to do. */
export type Config =
  | { readonly command: 'serve'; readonly settings: Settings }
  | { readonly command: 'health'; readonly settings: Settings }
  | {
      readonly command: CommandName;
      readonly settings: Settings;
      /** Which of the settings were said, and are no defaults. */
      readonly said: ReadonlySet<Name>;
      readonly flags: Flags;
      readonly args: readonly string[];
    }
  | { readonly command: 'help' }
  | { readonly command: 'version' };

/** The configuration cannot be used; the message says what to change. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What may stand behind a command. */
interface Command {
  readonly args: number;
  readonly takes: string;
  readonly flags: Readonly<Record<string, CommandFlag>>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { args: 0, takes: 'nothing but flags', flags: {} },
  health: { args: 0, takes: 'nothing but flags', flags: {} },
  mint: { args: 0, takes: 'nothing but flags, such as --edge-case exp-past', flags: COMMAND_FLAGS.mint },
  explain: { args: 1, takes: 'one token', flags: COMMAND_FLAGS.explain },
  probe: { args: 0, takes: 'nothing but flags, such as --mcp https://mcp.example/mcp', flags: COMMAND_FLAGS.probe },
};

/** Variables of flags that only a command has. */
const COMMAND_VARIABLES = Object.values(COMMANDS).flatMap(({ flags }) =>
  Object.values(flags).flatMap(({ variable }) => variable ?? []),
);

/** Every flag there is, so that one of another command is told from one that nobody knows. Each is read as often as it stands. */
function allOptions() {
  const switches = Object.fromEntries(NAMES.map((name) => [kebab(name), SWITCHES.includes(name)]));
  const ofCommands = Object.values(COMMANDS).flatMap(({ flags }) => Object.entries(flags));
  const all = { ...Object.fromEntries(ofCommands.map(([name, { kind }]) => [name, kind === 'switch'])), ...switches };
  const options = Object.entries(all).map(([name, isSwitch]) => {
    return [name, { type: isSwitch ? 'boolean' : 'string', multiple: true } as const] as const;
  });
  return Object.fromEntries(options);
}

/** The values of flags that may stand several times at the command; of the others the one. */
function singled(command: string, given: Readonly<Record<string, readonly (string | boolean)[]>>): Flags {
  const own = Object.hasOwn(COMMANDS, command) ? (COMMANDS[command] as Command).flags : {};
  const entries = Object.entries(given).map(([name, all]) => {
    if (own[name]?.kind === 'list') return [name, all] as const;
    if (all.length > 1) throw new ConfigError(`--${name} stands ${all.length} times, and counts once. Give one.`);
    return [name, all[0]] as const;
  });
  return Object.fromEntries(entries) as Flags;
}

function values(argv: readonly string[], env: Env) {
  const known = [...NAMES.map(variableOf), ...COMMAND_VARIABLES];
  const unknown = Object.keys(env).find((name) => name.startsWith('XAA_') && !known.includes(name));
  if (unknown) throw new ConfigError(`The environment variable ${unknown} is not known. See --help.`);
  const always = {
    help: { type: 'boolean', short: 'h', multiple: true },
    version: { type: 'boolean', short: 'v', multiple: true },
  } as const;
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: { ...allOptions(), ...always } });
  } catch (error) {
    throw new ConfigError(parseSentence((error as Error).message));
  }
}

/** What node says of flags that it cannot read, as one sentence. */
function parseSentence(message: string): string {
  const [, flag] = /^Option '(--[a-z-]+)[^']*' argument is ambiguous/.exec(message) ?? [];
  if (flag) return `The value of ${flag} begins with a dash: write ${flag}=-5, for example.`;
  return `${message.split('\n')[0]?.split('. To ')[0]}. See --help.`;
}

/** Those that were said, as texts. A flag that the command has for something else says nothing about the setting. */
function saidIn(given: Flags, env: Env, own: Command['flags']): Partial<Record<Name, string>> {
  const pairs = NAMES.flatMap((name) => {
    const flag = Object.hasOwn(own, kebab(name)) ? undefined : given[kebab(name)];
    const value = flag === undefined ? env[variableOf(name)] : String(flag);
    return value === undefined || (value === '' && flag === undefined) ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

function settingsFrom(said: Partial<Record<Name, string>>): Settings {
  const parsed = Settings.safeParse(said);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(issueSentence).join(' '));
  return checkControl(checkTls(parsed.data));
}

/** A word that was meant as a command; what may be a token is not repeated. */
const shown = (word: string) => (/^[a-z-]{1,20}$/.test(word) ? `"${word}"` : 'What stands there');

/** The flags of the command; one of another command is refused. */
function flagsOf(command: string, { flags: own }: Command, given: Flags, env: Env): Flags {
  const settings = [...NAMES.map(kebab), 'help', 'version'];
  const stray = Object.keys(given).find((name) => !settings.includes(name) && !Object.hasOwn(own, name));
  if (stray) throw new ConfigError(`--${stray} is no flag of ${command}. See --help.`);
  const fromEnv = Object.entries(own).flatMap(([name, { variable }]) => {
    const value = variable && env[variable];
    return value ? [[name, value] as const] : [];
  });
  const flags = Object.entries(given).filter(([name]) => Object.hasOwn(own, name));
  return { ...Object.fromEntries(fromEnv), ...Object.fromEntries(flags) };
}

/**
 * Reads the command line and the environment.
 * @param argv arguments after the program's name
 * @throws {ConfigError} for anything unknown or wrong
 */
export function readConfig(argv: readonly string[], env: Env): Config {
  const { values: all, positionals } = values(argv, env);
  if (all.help) return { command: 'help' };
  if (all.version) return { command: 'version' };
  const [command = 'serve', ...args] = positionals;
  const given = singled(command, all as Record<string, readonly (string | boolean)[]>);
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!known) throw new ConfigError(`${shown(command)} is not a command. See --help.`);
  if (args.length > known.args) throw new ConfigError(`${command} takes ${known.takes}. See --help.`);
  const flags = flagsOf(command, known, given, env);
  const said = saidIn(given, env, known.flags);
  const settings = settingsFrom(said);
  if (command === 'serve' || command === 'health') return { command, settings };
  return { command: command as CommandName, settings, said: new Set(Object.keys(said) as Name[]), flags, args };
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

function checkControl(settings: Settings): Settings {
  if (settings.noControl && settings.controlPort !== undefined) {
    throw new ConfigError('--control-port and --no-control contradict each other: give one.');
  }
  return settings;
}

const commandRows = (command: CommandName) =>
  Object.entries(COMMAND_FLAGS[command]).map(([name, { meaning }]) => `  ${`--${name}`.padEnd(18)} ${meaning}`);

/** The text of `--help`. */
export function helpText(): string {
  const rows = NAMES.map((name) => `  ${flagOf(name).padEnd(16)} ${variableOf(name).padEnd(18)} ${MEANING[name]}`);
  return [
    'mock-okta-xaa: a mock Okta org for Cross App Access. For testing only.',
    '',
    'Usage: mock-okta-xaa [serve] [flags]           start the org',
    '       mock-okta-xaa health [flags]            exit 0 when the org on --port answers, else 1',
    '       mock-okta-xaa mint [flags]              print a token, right or wrong on purpose',
    '       mock-okta-xaa explain [flags] [TOKEN]   judge an ID-JAG rule by rule; - or no TOKEN reads it from standard input;',
    '                                               exit 0 when it is acceptable, else 1',
    '       mock-okta-xaa probe [flags]             fire wrong tokens at your authorization server, and report what it lets',
    '                                               through; exit 0: none that counts, 1: some, 2: could not run',
    '',
    'Each flag has an environment variable; the flag wins.',
    ...rows,
    '  --help, --version',
    '',
    'mint:',
    ...commandRows('mint'),
    '',
    'explain:',
    ...commandRows('explain'),
    '',
    'probe (its org listens at --host and --port, with --tls-cert and --tls-key; with --url it drives a running one):',
    ...commandRows('probe'),
    '',
  ].join('\n');
}
