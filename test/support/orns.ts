/** Okta resource names of the example org, spelled out. */
const ORG = '00oExampleOrg0000001';

export const agentOrn = (id: string) => `orn:okta:directory:${ORG}:workload-principals:ai-agents:${id}`;
export const userOrn = (id: string) => `orn:okta:directory:${ORG}:users:${id}`;
export const appOrn = (name: string, id: string) => `orn:okta:idp:${ORG}:apps:${name}:${id}`;
export const serverOrn = (id: string) => `orn:okta:idp:${ORG}:authorization_servers:${id}`;

export const ORN = {
  figma: appOrn('figma', '0oaFigma000000000001'),
  claudeSaml: appOrn('claude', '0oaClaudeSaml0000001'),
  claudeOidc: appOrn('oidc_client', '0oaClaudeOidc0000001'),
  claudeCode: appOrn('oidc_client', '0oaClaudeCode0000001'),
  agent: agentOrn('wlpClaude00000000001'),
  alice: userOrn('00uAlice000000000001'),
  bob: userOrn('00uBob00000000000001'),
  olivia: userOrn('00uOlivia00000000001'),
} as const;
