/**
 * The example org file with one application moved: "Figma" becomes a resource application that really listens, as an
 * administrator would set it up with the Issuer URL that the MCP provider gave.
 */
import { readFileSync } from 'node:fs';
import type { OrgFileInput } from '../../src/index.js';

/** A file below `fixtures/`, parsed. */
export const readFixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8'));

export interface ResourceAddress {
  /** Issuer of the resource authorization server. */
  readonly issuer: string;
  readonly mcpUrl: string;
}

/**
 * `fixtures/org.json` with Figma at this address.
 * @param clientId what every agent's *Client ID at resource* becomes; absent: as it stands in the file
 */
export function exampleOrgWithFigmaAt({ issuer, mcpUrl }: ResourceAddress, clientId?: string): OrgFileInput {
  const org = readFixture('org.json');
  for (const app of org.applications) if (app.label === 'Figma') app.xaa.issuerUrl = issuer;
  for (const agent of org.agents) {
    for (const connection of agent.resourceConnections) {
      if (connection.application !== 'Figma') continue;
      connection.resourceIndicator = mcpUrl;
      if (clientId !== undefined) connection.clientIdAtResource = clientId;
    }
  }
  return org;
}
