/** Two orgs in one server: the main one, and the one at `/orgs/two`. Either is driven like any other. */
import type { Test } from 'tap';
import { readOrg } from '../../src/org-source.js';
import { type OpenOrg, startOpenOrg } from './open-org.js';
import { driving, type TestOrg, testClock } from './org.js';
import { type Edit, editedOrg } from './org-edits.js';

/** What the second org has of its own, beside its issuer. */
export const TWO = { name: 'Second', apiToken: '00-api-token-of-the-second-org' } as const;

export interface TwoOrgs {
  readonly open: OpenOrg;
  readonly main: TestOrg;
  readonly two: TestOrg;
}

/** @param edit changes the second org before it is made */
export async function startTwoOrgs(t: Test, edit: Edit = () => {}): Promise<TwoOrgs> {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const file = editedOrg((file) => {
    file.org = { ...file.org, name: TWO.name };
    file.apiTokens = [{ name: 'Second', token: TWO.apiToken, role: 'SUPER_ADMIN' }];
    edit(file);
  });
  const { records } = readOrg(file, new Date(clock.now()).toISOString());
  await open.orgs.make({ id: 'two', seed: records, ttl: undefined });
  const issuer = `${open.issuer}/orgs/two`;
  return { open, main: driving(open, clock), two: driving({ ...open, issuer }, clock) };
}
