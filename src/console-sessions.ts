/**
 * Who is signed in to the console by an API token: kept in memory, so that the token itself is in no cookie, and a session
 * ends with the process. Whether the token is still one of an org is asked at each request.
 */
import { createHash, randomBytes } from 'node:crypto';

/** In milliseconds. */
const LIFETIME = 12 * 3_600_000;

/** The most sessions; the oldest go first. */
const MOST = 1000;

export interface ConsoleSessions {
  /** Begins a session. @returns the value of its cookie */
  begin(apiToken: string, now: number): string;
  /** The API token that the session was begun with; undefined: there is no such session, or no more. */
  find(cookie: string | undefined, now: number): string | undefined;
  end(cookie: string | undefined): void;
}

const digest = (cookie: string) => createHash('sha256').update(cookie).digest('base64url');

export function consoleSessions(): ConsoleSessions {
  const sessions = new Map<string, { readonly apiToken: string; readonly ends: number }>();
  return {
    begin(apiToken, now) {
      const cookie = randomBytes(32).toString('base64url');
      sessions.set(digest(cookie), { apiToken, ends: now + LIFETIME });
      const [oldest] = sessions.keys();
      if (sessions.size > MOST) sessions.delete(oldest as string);
      return cookie;
    },
    find(cookie, now) {
      const found = cookie === undefined ? undefined : sessions.get(digest(cookie));
      return found && found.ends > now ? found.apiToken : undefined;
    },
    end(cookie) {
      if (cookie !== undefined) sessions.delete(digest(cookie));
    },
  };
}
