/** Two hundred orgs at once, each through a whole flow with a clock, a fault and an armed case of its own: none sees another. */
import t from 'tap';
import { apiOf } from '../support/api.js';
import { controlOf } from '../support/control.js';
import { parts } from '../support/forge.js';
import { driving, EXAMPLE, startTestOrg, testClock } from '../support/org.js';
import { unchecking } from '../support/self-checks.js';

const ORGS = 200;
const DAY = 86_400;

t.test('two hundred orgs in parallel never see each other', async (t) => {
  const clock = testClock();
  const main = await startTestOrg({ clock });
  t.teardown(() => main.close());

  /** What one org comes to: everything that could have been another's. */
  async function flow(at: number) {
    const { issuer } = await controlOf(main).done('orgs', { id: `org-${at}` });
    // Its own days ahead: its assertions are of its own time, too.
    const now = () => clock.now() + at * DAY * 1000;
    const org = driving({ ...main, issuer }, { ...clock, now });
    const control = controlOf(org);
    await control.done('clock', { offset: at * DAY });
    await apiOf(org).post('/api/v1/users/alice@example.com', { profile: { lastName: `of org ${at}` } });
    if (at % 2 === 1) await control.done('armed', { edgeCase: 'exp-past', times: 1 });
    if (at % 3 === 0) await control.done('faults', { fault: { jwks: 'empty' }, times: 1 });
    const { id_token } = await org.signIn('alice@example.com', 'openid profile email');
    const idJag = (await org.exchange(id_token)).body.access_token;
    const second = (await org.exchange(id_token)).body.access_token;
    const keys = [
      (await org.fetch('/oauth2/v1/keys')).body.keys.length,
      (await org.fetch('/oauth2/v1/keys')).body.keys.length,
    ];
    const records = (await control.get('exchanges')).body.length;
    return {
      issuer,
      user: parts(id_token).claims,
      idJag: parts(idJag).claims,
      second: parts(second).claims,
      keys,
      records,
    };
  }

  const began = Math.floor(Date.now() / 1000);
  const flows = await unchecking(() => Promise.all(Array.from({ length: ORGS }, (_, at) => flow(at))));
  const wrong = flows.flatMap(({ issuer, user, idJag, second, keys, records }, at) => {
    const days = (iat: number) => Math.floor((iat - began) / DAY);
    const holds = {
      issuer: issuer === `${main.issuer}/orgs/org-${at}` && user.iss === issuer && idJag.iss === issuer,
      registry: user.family_name === `of org ${at}`,
      clock: days(user.iat) === at && days(second.iat) === at,
      armed: idJag.exp < user.iat === (at % 2 === 1) && second.exp - second.iat === 300,
      fault: keys.join() === (at % 3 === 0 ? '0,2' : '2,2'),
      inbox: records === 3,
      audience: idJag.aud === EXAMPLE.figma,
    };
    return Object.entries(holds).flatMap(([what, is]) => (is ? [] : [`${at}: ${what}`]));
  });
  t.strictSame(wrong, []);
  t.equal(new Set(flows.map(({ idJag }) => idJag.jti)).size, ORGS);
  t.equal((await controlOf(main).get('orgs')).body.length, ORGS);
  t.strictSame((await controlOf(main).get('exchanges')).body, [], 'the main org has heard of nothing');
});
