/** Where the org listens: the URL that stands for it, and what is said when it cannot. */

const WILDCARDS = ['0.0.0.0', '::'];

/** `http://localhost:PORT` for a wildcard address, for that is no address one can go to. */
export function originOf(scheme: string, host: string, port: number): string {
  const name = WILDCARDS.includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${scheme}://${name}:${port}`;
}

const PROBLEMS: Record<string, string> = {
  EADDRINUSE: 'the port is taken; choose another with --port, or --port 0 for any free one',
  EACCES: 'this user may not listen there; choose a port above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; see --host',
  ENOTFOUND: 'there is no such host name; see --host',
  EAI_AGAIN: 'the host name cannot be looked up now; see --host',
};

/** The sentence for a failure to listen, or undefined for one that nobody foresaw. */
export function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): string | undefined {
  const why = PROBLEMS[error.code ?? ''];
  return why && `Cannot listen on ${host} port ${port}: ${why}.`;
}
