/** The process: command line to command, signals to a clean stop, errors to one sentence. The only place that exits. */
import { ConfigError, helpText, readConfig, type Settings } from './config.js';
import { askHealth } from './health.js';
import { StartFailure, start } from './index.js';
import { version } from './shipped.js';

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

function fail(error: Error): void {
  const expected = error instanceof ConfigError || error instanceof StartFailure;
  process.stderr.write(`mock-okta-xaa: ${expected ? error.message : error.stack}\n`);
  process.exit(expected ? 2 : 1);
}

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config.command === 'help') print(helpText());
  else if (config.command === 'version') print(`${version()}\n`);
  else if (config.command === 'health') await health(config.settings);
  else await serve(config.settings);
}

main().catch(fail);
