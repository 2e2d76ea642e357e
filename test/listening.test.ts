/** The URL that stands for an address, and the sentences for addresses one cannot listen on. */
import t from 'tap';
import { listenProblem, originOf } from '../src/listening.js';

t.test('the origin of an address', async (t) => {
  t.equal(originOf('http', '127.0.0.1', 1), 'http://127.0.0.1:1');
  t.equal(originOf('https', '0.0.0.0', 2), 'https://localhost:2');
  t.equal(originOf('http', '::', 3), 'http://localhost:3');
  t.equal(originOf('http', '::1', 4), 'http://[::1]:4');
});

t.test('why one cannot listen', async (t) => {
  const problem = (code?: string) => listenProblem(Object.assign(new Error('x'), { code }), 'host', 80);
  t.match(problem('EACCES'), /^Cannot listen on host port 80: .*above 1023/);
  t.match(problem('EADDRINUSE'), /--port/);
  t.equal(problem('ESTRANGE'), undefined);
  t.equal(problem(), undefined);
});
