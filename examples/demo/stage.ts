/**
 * Where the demo plays: the mock org as Okta, and the example resource application as Figma. Notes what Figma does to
 * validate an ID-JAG, which no caller can see: the requests it sends to Okta, and the checks it makes.
 */
import { start } from '../../src/index.js';
import { checks } from '../resource-app/checks.js';
import { openPort, startResourceApp } from '../resource-app/resource-app.js';
import { exampleOrgWithFigmaAt, type ResourceAddress } from './example-org.js';

/** Claude as it is registered at Figma: the agent's *Client ID at resource*, and a secret that only these two know. */
export const CLAUDE_AT_FIGMA = { clientId: 'claude-at-figma', clientSecret: 'figma-client-secret-for-testing-only' };

export interface Stage {
  /** Issuer of the mock org. */
  readonly okta: string;
  readonly figma: ResourceAddress & { readonly tokenEndpoint: string };
  /** Requests that the org has answered, as lines of its log, and names of the checks that Figma has made; both grow. */
  readonly answered: readonly string[];
  readonly checked: readonly string[];
  readonly close: () => Promise<void>;
}

/** The checks of the example application, each noting its name when it is made. */
function notedChecks(checked: string[]) {
  return checks.map((check) => ({
    ...check,
    passes: (...asked: Parameters<typeof check.passes>) => {
      checked.push(check.name);
      return check.passes(...asked);
    },
  }));
}

/** Sets the stage. Figma's port comes first: the org file names its URLs, and Figma in turn must know the org's. */
export async function setStage(): Promise<Stage> {
  const place = await openPort();
  // If the org does not start, an open port is no reason to stay.
  place.server.unref();
  const org = exampleOrgWithFigmaAt({ issuer: place.origin, mcpUrl: `${place.origin}/mcp` });
  const answered: string[] = [];
  const checked: string[] = [];
  const okta = await start({ org, logLevel: 'debug', say: (line) => answered.push(line) });
  const figma = await startResourceApp({
    ...CLAUDE_AT_FIGMA,
    place,
    trustedIssuer: okta.issuer,
    scopes: ['mcp:read', 'mcp:write'],
    checks: notedChecks(checked),
  });
  const close = async () => {
    await figma.close();
    await okta.close();
  };
  return { okta: okta.issuer, figma, answered, checked, close };
}
