/** Nothing is open by default: what no one has declared open asks for a credential, before it looks at anything else. */
import t from 'tap';
import { startTestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';
import { sendBytes, wireRequest } from '../support/wire.js';
import { ENDPOINTS, OPEN, SERVED_DOORS } from './doors.js';

const READ_ONLY = 'a-token-that-only-reads';
const file = editedOrg((file) => {
  file.apiTokens?.push({ name: 'Reader', token: READ_ONLY, role: 'READ_ONLY_ADMIN' });
});
const org = await startTestOrg({ org: file });
t.teardown(() => org.close());

const operations = SERVED_DOORS.flatMap(({ path, shape, operations }) =>
  Object.entries(operations).map(([method, { access }]) => ({ method, path, shape, access })),
);
const nameOf = ({ method, path }: (typeof operations)[number]) => `${method} ${path}`;
const managed = operations.filter(({ shape, path }) => shape === 'management' && !path.includes('.well-known'));

/** The status and the error code, asked by another name than this machine's, so that the control API is closed, too. */
async function ask({ method, path }: (typeof operations)[number], headers: Record<string, string> = {}) {
  const { status, body } = await sendBytes(org.issuer, [
    wireRequest(method, path, { Host: 'okta.example', ...headers }),
  ]);
  return [status, JSON.parse(body).errorCode];
}

t.test('the endpoints of the protocols are those in the list by hand', async (t) => {
  const known = ENDPOINTS.map(({ path }) => path);
  const others = operations.filter((one) => !managed.includes(one) && !known.includes(one.path));
  t.strictSame(others.map(nameOf), []);
  const missing = known.filter((path) => !operations.some((one) => one.path === path));
  t.strictSame(missing, []);
  t.strictSame(
    managed
      .filter(({ access }) => access === 'anybody')
      .map(nameOf)
      .sort(),
    [...OPEN].sort(),
  );
});

t.test('the open ones answer', async (t) => {
  const open = managed.filter((one) => OPEN.includes(nameOf(one)));
  t.equal(open.length, OPEN.length);
  for (const one of open) t.notOk([401, 403].includes((await ask(one))[0]), nameOf(one));
});

t.test('all others refuse who brings no credential, or a wrong one', async (t) => {
  for (const one of managed.filter((one) => !OPEN.includes(nameOf(one)))) {
    const none = one.access === 'control' ? [401, 'E0000011'] : [403, 'E0000005'];
    t.strictSame(await ask(one), none, nameOf(one));
    for (const Authorization of ['SSWS wrong', 'Bearer wrong', 'Basic d3Jvbmc6d3Jvbmc=']) {
      t.strictSame(await ask(one, { Authorization }), [401, 'E0000011'], `${nameOf(one)} ${Authorization}`);
    }
  }
});

t.test('who only reads changes nothing', async (t) => {
  const changes = managed.filter(({ method, access }) => method !== 'GET' && typeof access === 'object');
  for (const one of changes) {
    t.strictSame(await ask(one, { Authorization: `SSWS ${READ_ONLY}` }), [403, 'E0000006'], nameOf(one));
  }
  t.ok(changes.length > 0);
});
