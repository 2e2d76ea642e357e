/** One request to the control API of a running org, for whoever drives it from outside: the commands, and the probe. */

/** Where it is, and what opens it. */
export interface ControlDoor {
  readonly url: string;
  /** Not needed from the machine of the org itself. */
  readonly apiToken?: string | undefined;
}

/**
 * Sends it, and follows no redirect.
 * @param within milliseconds to wait for the answer
 * @throws {Error} when no answer came; the message is the network's reason
 */
export async function requestControl(
  { url, apiToken }: ControlDoor,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
  within = 30_000,
): Promise<Response> {
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(apiToken && { authorization: `SSWS ${apiToken}` }),
  };
  const sent = { method, headers, redirect: 'error', signal: AbortSignal.timeout(within) } as const;
  try {
    return await fetch(url + path, { ...sent, ...(body && { body: JSON.stringify(body) }) });
  } catch (error) {
    // fetch itself says no more than that it failed.
    throw [(error as Error).cause, error].find((one) => one instanceof Error);
  }
}
