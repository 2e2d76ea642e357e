/**
 * Runs the TypeScript of the tests and of the program in them, by esbuild: one line out for each line in, so that coverage is
 * measured on what was written. `node --import ./test/support/typescript.mjs FILE`; .taprc does so for every test.
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
