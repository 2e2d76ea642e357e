/** The process: command line to command, signals to a clean stop, errors to one sentence. The only place that exits. */
import type { Output } from './command-input.js';
import { type Config, ConfigError, helpText, readConfig, type Settings } from './config.js';
import { EdgeCaseFileError } from './edge-case-library.js';
import { askHealth } from './health.js';
import { OrgFileError } from './org-source.js';
import { version } from './shipped.js';
import { start } from './start.js';
import { StartFailure } from './start-failure.js';

const print = (text: string) => process.stdout.write(text);

async function health(settings: Settings): Promise<void> {
  const { up, line } = await askHealth(settings);
  print(`${line}\n`);
  process.exitCode = up ? 0 : 1;
}

async function serve(settings: Settings): Promise<void> {
  const starting = start({ ...settings, say: (line) => print(`${line}\n`) });
  // From the first moment on: as process 1 of a container it would otherwise not hear a signal at all.
  const stop = () => starting.then((org) => org.close()).then(() => process.exit(0), fail);
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  print((await starting).banner);
}

type Beside = Extract<Config, { readonly flags: unknown }>;

/** A probe that is told to stop leaves the org that it drives as it was. */
function terminal() {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const write = (text: string) => process.stderr.write(text);
  return { isTerminal: Boolean(process.stderr.isTTY), write, signal: stopping.signal };
}

/** A command beside the org: loaded only when it is given, for the org does not need it. */
async function outputOf({ command, settings, said, flags, args }: Beside): Promise<Output> {
  if (command === 'mint') return (await import('./mint-command.js')).mintCommand(settings, flags);
  if (command === 'probe') return (await import('./probe-command.js')).probeCommand(settings, said, flags, terminal());
  return (await import('./explain-command.js')).explainCommand(settings, flags, args);
}

async function runCommand(config: Beside): Promise<void> {
  const { out, err, exitCode } = await outputOf(config);
  process.stderr.write(err);
  print(out);
  process.exitCode = exitCode;
}

const EXPECTED = [ConfigError, StartFailure, OrgFileError, EdgeCaseFileError];
/** Of the probe, which is loaded only when it is asked for. */
const EXPECTED_NAMES = ['ProbeFailure', 'NotFound', 'HostRefusal', 'IdpRefusal'];

function fail(error: Error): void {
  const expected = EXPECTED.some((kind) => error instanceof kind) || EXPECTED_NAMES.includes(error.name);
  process.stderr.write(`mock-okta-xaa: ${expected ? error.message : error.stack}\n`);
  process.exit(expected ? 2 : 1);
}

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config.command === 'help') print(helpText());
  else if (config.command === 'version') print(`${version()}\n`);
  else if (config.command === 'health') await health(config.settings);
  else if (config.command === 'serve') await serve(config.settings);
  else await runCommand(config);
}

main().catch(fail);
