/** The process: command line to command, signals to a clean stop, errors to one sentence. The only place that exits. */
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

type AboutTokens = Extract<Config, { readonly flags: unknown }>;

/** A command about a token: loaded only when it is given, for the org does not need it. */
async function runCommand({ command, settings, flags, args }: AboutTokens): Promise<void> {
  const { out, err, exitCode } =
    command === 'mint'
      ? await (await import('./mint-command.js')).mintCommand(settings, flags)
      : await (await import('./explain-command.js')).explainCommand(settings, flags, args);
  process.stderr.write(err);
  print(out);
  process.exitCode = exitCode;
}

const EXPECTED = [ConfigError, StartFailure, OrgFileError, EdgeCaseFileError];

function fail(error: Error): void {
  const expected = EXPECTED.some((kind) => error instanceof kind);
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
