/** Where a request target is cut: whose it is, and what it addresses there. */
import t from 'tap';
import { splitOrg } from '../../src/http/org-of-request.js';

const LONG = 'x'.repeat(64);
const OIDC = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

t.test('a prefix is taken off', async (t) => {
  const rows: [target: string, orgId: string, url: string][] = [
    ['/orgs/two/oauth2/v1/keys', 'two', '/oauth2/v1/keys'],
    ['/orgs/two', 'two', '/'],
    ['/orgs/two/', 'two', '/'],
    ['/orgs/two?a=/orgs/b', 'two', '/?a=/orgs/b'],
    ['/orgs/two//x', 'two', '//x'],
    ['/orgs/two/orgs/three/x', 'two', '/orgs/three/x'],
    ['/orgs/two/x?a=%2F&b=c?d', 'two', '/x?a=%2F&b=c?d'],
    ['/orgs/two/%zz', 'two', '/%zz'],
    [`/orgs/${LONG}/x`, LONG, '/x'],
    ['/orgs/A-b_9/x', 'A-b_9', '/x'],
    ['/orgs/orgs/orgs', 'orgs', '/orgs'],
    ['http://any.example:80/orgs/two/x?y=z', 'two', '/x?y=z'],
    ['HTTPS://any.example/orgs/two', 'two', '/'],
    [`${OIDC}/orgs/two`, 'two', OIDC],
    [`${OAUTH}/orgs/two`, 'two', OAUTH],
    [`${OAUTH}/orgs/two/`, 'two', `${OAUTH}/`],
    [`${OAUTH}/orgs/two?client_id=x`, 'two', `${OAUTH}?client_id=x`],
    [`${OAUTH}/orgs/two/oauth2/default`, 'two', `${OAUTH}/oauth2/default`],
    [`${OIDC}/orgs/two/oauth2/default`, 'two', `${OIDC}/oauth2/default`],
    [`http://any.example${OAUTH}/orgs/two/oauth2/default`, 'two', `${OAUTH}/oauth2/default`],
    [`/orgs/two${OAUTH}/orgs/three`, 'two', `${OAUTH}/orgs/three`],
  ];
  for (const [target, orgId, url] of rows) t.strictSame(splitOrg(target), { orgId, url }, target);
});

t.test('anything else is left alone', async (t) => {
  const targets = [
    ...['', '*', '/', '/orgs', '/orgs/', '/orgs?x', '/orgs//x', '/orgs/?x', '/orgsx/two', '/x/orgs/two'],
    ...['/Orgs/two/x', '/ORGS/two', '//orgs/two/x', '/./orgs/two/x', '/orgs/./two', '/orgs/../orgs/two/x'],
    ...['/orgs/t%77o/x', '/%6frgs/two/x', '/orgs%2ftwo/x', '/orgs/two%2fx', '/orgs/%2e%2e/x', '/orgs/two%00/x'],
    ...[`/orgs/${LONG}x/y`, '/orgs/two;a=b/x', '/orgs/two#x', '/orgs/two.x', '/orgs/t wo', '/orgs/twö', '/orgs/two\\x'],
    ...['http://any.example', 'http://any.example?/orgs/two', 'ftp://any.example/orgs/two', 'orgs/two'],
    ...['/oauth2/v1/keys?x=/orgs/two', '/.well-known/orgs/two', '/.well-known/jwks/orgs/two', `${OAUTH}x/orgs/two`],
  ];
  for (const url of targets) t.strictSame(splitOrg(url), { orgId: undefined, url }, url);
});
