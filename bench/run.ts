/** `npm run bench -- NAME`: runs one benchmark and prints its figures. Figures are read by people; nothing is asserted. */

const BENCHMARKS: Record<string, () => Promise<{ run: () => Promise<void> }>> = {
  start: () => import('./start.js'),
  registry: () => import('./registry.js'),
  mint: () => import('./mint.js'),
  orgs: () => import('./orgs.js'),
};

const name = process.argv[2] ?? '';
const benchmark = BENCHMARKS[name];
if (benchmark) await (await benchmark()).run();
else process.stderr.write(`There is no benchmark "${name}". There are: ${Object.keys(BENCHMARKS).join(', ')}\n`);
process.exitCode = benchmark ? 0 : 2;
