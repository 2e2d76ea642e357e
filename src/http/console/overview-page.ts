/** The door to the start page. */
import { overviewPage } from '../../console/overview.js';
import type { Org } from '../../org.js';
import { PROFILES, type ProfileName } from '../../protocol/profile.js';
import { agents } from '../../registry/ai-agent.js';
import { applications } from '../../registry/application.js';
import { users } from '../../registry/user.js';
import { audiencesOf } from './offers.js';
import { consolePage } from './page.js';

const nameOfProfile = ({ profile }: Org) =>
  (Object.keys(PROFILES) as ProfileName[]).find((name) => PROFILES[name] === profile) as ProfileName;

export const OVERVIEW = consolePage({
  url: '/',
  show: ({ at, view, org }) =>
    overviewPage({
      at,
      issuer: org.issuer,
      profile: nameOfProfile(org),
      counts: {
        applications: view.list(applications).length,
        people: view.list(users).length,
        agents: view.list(agents).length,
        exchanges: org.exchanges.last(Number.POSITIVE_INFINITY).length,
      },
      audiences: audiencesOf(org, view),
    }),
});
