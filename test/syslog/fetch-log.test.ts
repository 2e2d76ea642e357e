/** The fetch log: what is kept, what is counted, and how many came within a second. */
import t from 'tap';
import { fetchLog } from '../../src/syslog/fetch-log.js';

function logAt(start = 0) {
  let now = start;
  const log = fetchLog({ now: () => now + 3_600_000 }, { now: () => now });
  const fetchIt = (at: number, userAgent = 'one', document: 'jwks' | 'oidc' = 'jwks', server = 'org') => {
    now = at;
    log.write({ document, server, userAgent, ip: '127.0.0.1' });
  };
  return { log, fetchIt };
}

t.test('a fetch is kept with both times, and found by document and server', async (t) => {
  const { log, fetchIt } = logAt();
  fetchIt(0, 'x'.repeat(300));
  fetchIt(1, 'two', 'oidc', 'default');
  t.strictSame(log.last(10)[1], {
    ...{ at: '1970-01-01T01:00:00.000Z', realTime: '1970-01-01T00:00:00.000Z' },
    ...{ document: 'jwks', server: 'org', userAgent: 'x'.repeat(200), ip: '127.0.0.1' },
  });
  t.match(log.last(10), [{ userAgent: 'two' }, {}], 'the newest first');
  t.equal(log.last(1).length, 1);
  t.match(log.last(10, { document: 'oidc' }), [{ server: 'default' }]);
  t.strictSame(log.last(10, { document: 'oidc', server: 'org' }), []);
  t.equal(log.last(10, { server: 'org' }).length, 1);
  log.clear();
  t.strictSame([log.last(10), log.count('org', 'jwks').count], [[], 0]);
});

t.test('counts by user agent; the storm is the most within one second', async (t) => {
  const { log, fetchIt } = logAt();
  t.strictSame(log.count('org', 'jwks'), { count: 0, last: null, byUserAgent: {}, storm: 0 });
  for (const at of [0, 600, 999, 1000, 1599, 5000]) fetchIt(at);
  const { count, last, storm, byUserAgent } = log.count('org', 'jwks');
  t.strictSame([count, last, storm], [6, '1970-01-01T00:00:05.000Z', 4], '600 to 1599');
  t.strictSame(byUserAgent, {
    one: { count: 6, first: '1970-01-01T00:00:00.000Z', last: '1970-01-01T00:00:05.000Z' },
  });
  t.equal(log.count('default', 'jwks').count + log.count('org', 'oidc').count, 0, 'each by itself');
});

t.test('it is bounded', async (t) => {
  const { log, fetchIt } = logAt();
  for (let n = 0; n < 1100; n++) fetchIt(n * 2000, `agent-${n % 60}`);
  t.equal(log.last(5000).length, 1000);
  const { count, byUserAgent, storm } = log.count('org', 'jwks');
  t.strictSame([count, storm, Object.keys(byUserAgent).length], [1100, 1, 51]);
  t.equal(byUserAgent['(others)']?.count, 1100 - 50 * 18 - [...Array(50).keys()].filter((n) => n < 20).length);
});
