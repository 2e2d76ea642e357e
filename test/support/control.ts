/** The control API of a test org, asked from this machine. */
import type { Answer, TestOrg } from './org.js';

export interface Control {
  get(path: string): Promise<Answer>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** Posts what must succeed, and returns the body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at single members
  done(path: string, body?: object): Promise<any>;
}

export function controlOf(org: Pick<TestOrg, 'fetch'>): Control {
  const post: Control['post'] = (path, body, headers = {}) =>
    org.fetch(`/_mock/${path}`, {
      method: 'POST',
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  return {
    get: (path) => org.fetch(`/_mock/${path}`),
    post,
    delete: (path) => org.fetch(`/_mock/${path}`, { method: 'DELETE' }),
    async done(path, body) {
      const answer = await post(path, body);
      if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
      return answer.body;
    },
  };
}
