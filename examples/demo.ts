/** `npm run demo [-- LOGIN]`: Cross App Access from sign-in to tool call, each call printed. Exit code 0 when it worked. */
import { runDemo } from './demo/run.js';

const [login] = process.argv.slice(2);
const worked = await runDemo(console.log, login);
process.exitCode = worked ? 0 : 1;
