/**
 * Checks of the MCP conformance suite that ask the same of a server as one of our cases, by the ids that they have there.
 * The suite plays clients through Enterprise-Managed Authorization and hardly asks servers anything, so the list is short.
 */
export const CONFORMANCE_IDS: Readonly<Record<string, readonly string[]>> = {
  'meta-issuer-differs': ['authorization-server-metadata'],
  'ok-cnf-with-proof': ['sep-1932-as-token-binding'],
  'cnf-bearer-issued': ['sep-1932-as-token-binding'],
};
