/** What node asks while it loads a module: where a `.js` that is written as `.ts` lies, and what JavaScript it comes to. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform, version } from 'esbuild';

const TYPESCRIPT = /\.m?ts$/;

/** What a file came to, for the processes that load it next: each test is one, and most load most of the program. */
const KEPT = fileURLToPath(new URL('../../node_modules/.cache/typescript/', import.meta.url));
mkdirSync(KEPT, { recursive: true });

/** @returns the JavaScript, as it was kept or made now */
async function compiled(sourcefile, options) {
  const source = await readFile(sourcefile, 'utf8');
  const name = createHash('sha256')
    .update(JSON.stringify([version, sourcefile, source]))
    .digest('hex');
  const kept = await readFile(KEPT + name, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept;
  const { code } = await transform(source, options);
  // Whole or not at all: another process may look for it now.
  await writeFile(`${KEPT}${name}.${process.pid}`, code);
  await rename(`${KEPT}${name}.${process.pid}`, KEPT + name);
  return code;
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    // Imports name what the compiler would write.
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/^(\.|file:).*\.m?js$/.test(specifier)) throw error;
    return next(specifier.replace(/js$/, 'ts'), context);
  }
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !TYPESCRIPT.test(new URL(url).pathname)) return next(url, context);
  const sourcefile = fileURLToPath(url);
  const options = {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: true,
    sourcefile,
  };
  const code = await compiled(sourcefile, options);
  return { format: 'module', source: code, shortCircuit: true };
}
