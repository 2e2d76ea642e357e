/** Finds what a test wants to change in a copy of the example org file. */
import type { OrgFileInput } from '../../src/index.js';
import { exampleOrg } from './org.js';

/** A change of the org file. */
export type Edit = (file: OrgFileInput) => void;

export function editedOrg(edit: Edit): OrgFileInput {
  const file = exampleOrg();
  edit(file);
  return file;
}

function must<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Error(`the example org has no ${name}`);
  return thing;
}

export const appIn = (file: OrgFileInput, label: string) =>
  must(
    file.applications?.find((one) => one.label === label),
    label,
  );

export function oidcIn(file: OrgFileInput, label = 'Claude (OIDC)') {
  return must(appIn(file, label).oidc, `${label}, oidc`);
}

export const samlIn = (file: OrgFileInput, label: string) => must(appIn(file, label).saml, `${label}, saml`);

export const xaaIn = (file: OrgFileInput, label: string) => must(appIn(file, label).xaa, `${label}, xaa`);

export const agentIn = (file: OrgFileInput, name = 'Claude (Requester App)') =>
  must(
    file.agents?.find((one) => one.name === name),
    name,
  );

/** The connection of the example agent to an application, or to an authorization server. */
export const connectionIn = (file: OrgFileInput, to: string) =>
  must(
    agentIn(file).resourceConnections?.find((one) => one.application === to || one.authorizationServer === to),
    `connection to ${to}`,
  );

export const serverIn = (file: OrgFileInput, id = 'default') =>
  must(
    file.authorizationServers?.find((one) => one.id === id),
    id,
  );
