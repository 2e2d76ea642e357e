/**
 * How long from spawning a process to its first 200: the built file, `npm start`, and a bare node:http server beside them
 * in the same run. Build first (`npm run build`); the machine's mood shows in all three alike, so compare the ratios.
 */
import { spawn } from 'node:child_process';

const ROUNDS = 15;

const BARE = `const s = require('node:http').createServer((q, a) => a.end('{}')).listen(0, '127.0.0.1', () =>
  console.log('Listening on http://127.0.0.1:' + s.address().port))`;

const STARTS: Record<string, readonly [string, ...string[]]> = {
  'bare node:http': [process.execPath, '-e', BARE],
  'dist/main.js, memory:': [process.execPath, 'dist/main.js', '--port', '0', '--store', 'memory:'],
  'dist/main.js, file:': [
    process.execPath,
    'dist/main.js',
    '--port',
    '0',
    '--store',
    'file:data/bench.json',
    '--reset',
  ],
  'npm start (builds first)': ['npm', 'start', '--', '--port', '0', '--store', 'memory:'],
};

/** Milliseconds from spawn to the first 200. */
async function once([command, ...args]: readonly [string, ...string[]]): Promise<number> {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const url = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const found = /Listening on (\S+)/.exec(out)?.[1];
      if (found) resolve(found);
    });
    child.on('exit', (code) => reject(new Error(`${command} ${args.join(' ')} ended with ${code}`)));
  });
  const answer = await fetch(`${url}/.well-known/openid-configuration`);
  const took = performance.now() - began;
  if (answer.status !== 200) throw new Error(`status ${answer.status}`);
  await answer.text();
  // The whole group: npm and its shell, too.
  process.kill(-(child.pid as number), 'SIGTERM');
  await new Promise((resolve) => child.once('close', resolve));
  return took;
}

const median = (figures: readonly number[]) => [...figures].sort((a, b) => a - b)[figures.length >> 1] as number;

export async function run(): Promise<void> {
  const figures = new Map(Object.keys(STARTS).map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, command] of Object.entries(STARTS)) figures.get(name)?.push(await once(command));
  }
  const bare = median(figures.get('bare node:http') as number[]);
  for (const [name, took] of figures) {
    const [middle, least] = [median(took), Math.min(...took)];
    const ratio = (middle / bare).toFixed(2);
    console.log(`${name.padEnd(26)} median ${middle.toFixed(0)} ms, least ${least.toFixed(0)} ms, ${ratio} x bare`);
  }
}
