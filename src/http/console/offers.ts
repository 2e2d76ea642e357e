/** What the forms of the console offer to choose from: names that the org knows, no more of each than a page can hold. */
import type { Offers } from '../../console/case-fields.js';
import { expandIssuer, type Org } from '../../org.js';
import { agents } from '../../registry/ai-agent.js';
import { applications } from '../../registry/application.js';
import { resourceConnections } from '../../registry/resource-connection.js';
import { users } from '../../registry/user.js';
import type { View } from '../../store/port.js';

/** The most of a kind. */
const MOST = 50;

/** Issuer URLs of resources: those that agents are connected to first. */
export function audiencesOf(org: Org, view: View): readonly string[] {
  const connected = view.list(resourceConnections).map(({ issuerUrl }) => issuerUrl);
  const others = view.list(applications).flatMap(({ xaa }) => xaa.issuerUrl ?? []);
  return [...new Set([...connected, ...others].map((url) => expandIssuer(org, url)))].slice(0, MOST);
}

export function offersOf(org: Org, view: View): Offers {
  return {
    users: view
      .list(users)
      .slice(0, MOST)
      .map(({ profile }) => profile.login),
    agents: view
      .list(agents)
      .slice(0, MOST)
      .map(({ profile }) => profile.name),
    applications: view
      .list(applications)
      .slice(0, MOST)
      .map(({ label }) => label),
    audiences: audiencesOf(org, view),
  };
}
