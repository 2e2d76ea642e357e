/**
 * Starts a server anew, and returns when it has said that it listens: the first time, and for the `--restart-command` of the
 * probe. The process id is kept in the file that is named first, what it prints in that file with `.log` behind.
 *
 *     node restart.mjs ras.pid python start.py --issuer http://localhost:8080
 */
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [pidFile, command, ...parameters] = process.argv.slice(2);
const log = `${pidFile}.log`;

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

if (existsSync(pidFile)) {
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  while (isAlive(pid)) await sleep(20);
}
rmSync(log, { force: true });
if (command !== undefined) {
  const output = openSync(log, 'a');
  const child = spawn(command, parameters, { detached: true, stdio: ['ignore', output, output] });
  writeFileSync(pidFile, String(child.pid));
  child.unref();
  const listens = () => readFileSync(log, 'utf8').includes('"tokenEndpoint"');
  while (isAlive(child.pid) && !listens()) await sleep(50);
  if (!listens()) throw new Error(`it ended: see ${log}`);
}
