/** What a step of the flow is: a call that one party makes to another, and what is learned from the answer. */
import type * as z from 'zod';
import type { Request } from './call.js';

/** What the steps hand on to each other. */
export interface Known {
  readonly sessionToken: string;
  readonly code: string;
  readonly idToken: string;
  readonly idJag: string;
  readonly accessToken: string;
  /** Whom the MCP server names, last of all. */
  readonly named: { readonly sub: string; readonly email: string };
}

export const NOTHING_YET: Known = {
  ...{ sessionToken: '', code: '', idToken: '', idJag: '', accessToken: '' },
  named: { sub: '', email: '' },
};

/** What happens out of sight while a call is under way: a heading, and lists with a line above each. */
export interface Scene {
  readonly heading: string;
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** What a good answer says: the members to show, and what they add to what is known. */
export interface Reading {
  readonly shown: Readonly<Record<string, unknown>>;
  readonly learned: Partial<Known>;
}

export interface Step {
  /** Begins a numbered part of the flow. */
  readonly heading?: string;
  /** Number of the call, when a part has several. */
  readonly number?: string;
  readonly from: string;
  readonly to: string;
  /** What the call is for, in a few words. */
  readonly why: string;
  readonly request: (known: Known) => Request | Promise<Request>;
  /** Names of the parameters and members that hold a token to be shown decoded, with what that token is. */
  readonly decodes?: Readonly<Record<string, string>>;
  readonly outOfSight?: () => Scene;
  /** Begins another numbered part with the answer. */
  readonly answerHeading?: string;
  /** Undefined when the answer is not the one that was hoped for. */
  readonly read: (body: unknown) => Reading | undefined;
}

/** Makes a step whose good answer fits a schema, in the order of which its members are shown. */
export function step<Shown extends Record<string, unknown>>(
  description: Omit<Step, 'read'> & {
    readonly answer: z.ZodType<Shown>;
    readonly learn: (shown: Shown) => Partial<Known>;
  },
): Step {
  const { answer, learn, ...rest } = description;
  return {
    ...rest,
    read(body) {
      const { data: shown } = answer.safeParse(body);
      return shown && { shown, learned: learn(shown) };
    },
  };
}
