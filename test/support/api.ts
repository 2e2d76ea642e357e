/** The management API as a test calls it: JSON in, JSON out, with the example org's API token. */
import { type Answer, EXAMPLE, type TestOrg } from './org.js';

export interface Api {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  /** `application/merge-patch+json` unless told otherwise. */
  patch(path: string, body: unknown, contentType?: string): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export function apiOf(org: TestOrg, authorization = `SSWS ${EXAMPLE.apiToken}`): Api {
  const headers = { authorization };
  const send = (method: string, path: string, body?: unknown, contentType = 'application/json') =>
    org.fetch(path, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': contentType }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    patch: (path, body, contentType = 'application/merge-patch+json') => send('PATCH', path, body, contentType),
    delete: (path) => send('DELETE', path),
  };
}

/** The events that the call brings about, by type with the ids of their targets. */
export async function eventsOf(org: TestOrg, act: () => Promise<unknown>): Promise<[string, ...string[]][]> {
  const before = (await org.events()).length;
  await act();
  const events = (await org.events()).slice(before);
  return events.map(({ eventType, target }) => [eventType, ...target.map(({ id }: { id: string }) => id)]);
}

/** Follows an answer's `Link: rel="next"` to the end. @returns the pages */
export async function pagesOf(api: Api, path: string): Promise<unknown[][]> {
  const answer = await api.get(path);
  const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  return [answer.body, ...(next ? await pagesOf(api, next) : [])];
}

/** What says how a request was refused: status, error code, summary. */
export const refusedWith = ({ status, body }: Answer) => [status, body.errorCode, body.errorSummary];

/** The sentences of `errorCauses`. */
export const causesOf = ({ body }: Answer): string[] =>
  body.errorCauses.map((cause: { errorSummary: string }) => cause.errorSummary);

/** Status, code, and the causes, or the summary where there are none. */
export function refusalOf(answer: Answer): [number, string, ...string[]] {
  const causes = causesOf(answer);
  return [answer.status, answer.body.errorCode, ...(causes.length > 0 ? causes : [answer.body.errorSummary])];
}

/** The rule that refused the last token request, as the System Log has it. */
export async function lastRule(org: TestOrg): Promise<string> {
  return (await org.events()).at(-1).debugContext.debugData.rule;
}
