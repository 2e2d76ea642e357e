/**
 * The build: bundles the process (`src/main.ts`), the library door (`src/index.ts`) and the example resource application
 * with everything they import into `dist/`, and writes the licences of what was inlined beside them. `npm run build`;
 * esbuild is all it needs.
 */
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const HASHBANG = '#!/usr/bin/env node\n';

/**
 * Fastify falls back on ajv and fast-json-stringify when it is handed no compilers. We hand it ours, so the fallback would
 * be dead weight (a third of the bundle); in its place stands a sentence for whoever forgets.
 * @param fallback the module in its place, around that sentence
 */
const noAjv = (fallback) => ({
  name: 'no-ajv',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@fastify\/(ajv|fast-json-stringify)-compiler$/ }, ({ path }) => ({
      path,
      namespace: 'no-ajv',
    }));
    onLoad({ filter: /.*/, namespace: 'no-ajv' }, ({ path }) => ({
      contents: `module.exports = ${fallback(`() => {
        throw new Error('${path} is not in the bundle: hand fastify both schemaController.compilersFactory functions.');
      }`)};`,
    }));
  },
});

/** What both builds have in common. */
const SHARED = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outdir: 'dist',
  // Inlined CommonJS packages call require('node:...'), which an ES module lacks.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);",
  },
  // Names and lines stay as they are: a stack trace out of the image should be readable without a source map.
  minifySyntax: true,
  legalComments: 'eof',
  metafile: true,
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
const program = await build({
  ...SHARED,
  entryPoints: ['src/main.ts', 'src/index.ts'],
  // What is imported lazily becomes a file of its own. All files lie directly in dist/, so that a URL relative to
  // import.meta.url (`../fixtures/org.json`) means the same in every one of them, and the same as in src/.
  splitting: true,
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  plugins: [noAjv((fails) => fails)],
});
// By itself: what the program shares with the example would be cut out of its files, and read from more of them.
const example = await build({
  ...SHARED,
  entryPoints: { 'resource-app': 'examples/resource-app/start.ts' },
  // The example hands fastify no compilers, for it has no schemas, and only a schema asks for them.
  plugins: [noAjv((fails) => `() => ${fails}`)],
});

const outputs = { ...program.metafile.outputs, ...example.metafile.outputs };
const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
const strays = inputs.filter((path) => /zod\/v4\/locales\/(?!en\.)/.test(path));
if (strays.length > 0) {
  throw new Error(`${strays.length} languages of zod came into the bundle: import it as \`import * as z from 'zod'\``);
}

for (const path of ['dist/main.js', 'dist/resource-app.js']) {
  await writeFile(path, await hashbanged(path));
  await chmod(path, 0o755);
}
await writeFile('dist/THIRD-PARTY-LICENSES.txt', await licences(inputs));

for (const [path, { bytes, entryPoint }] of Object.entries(outputs)) {
  console.log(`${String(Math.ceil(bytes / 1024)).padStart(6)} kB  ${path}${entryPoint ? `  <- ${entryPoint}` : ''}`);
}

/** esbuild keeps a hashbang that the source has; the source need not have one. */
async function hashbanged(path) {
  const text = await readFile(path, 'utf8');
  return text.startsWith('#!') ? text : HASHBANG + text;
}

/** Most licences ask that their text travels with the copy; a bundle is a copy. */
async function licences(paths) {
  const folders = new Set(paths.map((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean));
  const texts = [...folders].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(`${folder}/${file}`, 'utf8') : '(the package ships no licence file)\n';
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}
