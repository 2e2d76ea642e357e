/** What a case is played with: the server under test as it is known, the identity provider, the way out, and what was learnt. */
import type { JsonWebKey } from 'node:crypto';
import type { GivenName } from '../edge-cases/values.js';
import type { EdgeCaseKeys } from '../tokens/bend/edge-case-keys.js';
import type { Canary } from './canary.js';
import type { Idp } from './idp.js';
import type { ProbeOptions } from './options.js';
import type { Exchange } from './report.js';
import type { Answer, Wire } from './wire.js';

export type Members = Readonly<Record<string, unknown>>;

/** A member of claims or of a document, if it is a text. */
export function textIn(members: unknown, name: string): string | undefined {
  const value = (members as Members | null | undefined)?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** The server under test, as its documents and its user describe it. */
export interface Target {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly mcp: string | undefined;
  readonly resource: string | undefined;
  readonly scope: string | undefined;
  /** RFC 8414; absent: it was not found. */
  readonly metadata: Members | undefined;
  readonly metadataUrl: string | undefined;
  /** The issuer at whose well-known address the metadata stand. */
  readonly askedIssuer: string;
  /** `resource` of the metadata of the MCP server (RFC 9728); absent: they were not found. */
  readonly namedResource: string | undefined;
}

/** What is learnt on the way. */
export interface Learnt {
  /** Whether a second use of one ID-JAG was refused; unknown until it was tried. */
  singleUse: boolean | undefined;
  /** For whom the access token of a good ID-JAG stands. */
  subject: string | undefined;
  /** The access token of the last good ID-JAG. */
  accessToken: string | undefined;
  /** The nonce for DPoP proofs that the server gave last. */
  nonce: string | undefined;
  /** Whether the server has fetched the key set with the keys that were published for the cases. */
  oddKeys: boolean;
  /** Whether the MCP server turns away who has no token. */
  guarded: boolean | undefined;
}

/** As a run begins. */
export const NOTHING_LEARNT: Readonly<Learnt> = {
  ...{ singleUse: undefined, subject: undefined, accessToken: undefined, nonce: undefined },
  ...{ oddKeys: false, guarded: undefined },
};

export interface Bench {
  readonly options: ProbeOptions;
  readonly target: Target;
  readonly idp: Idp;
  readonly canary: Canary;
  readonly wire: Wire;
  readonly edgeKeys: EdgeCaseKeys;
  readonly proofKey: JsonWebKey;
  /** What the cases may name beyond a good token. */
  readonly given: { readonly [N in GivenName]?: string | undefined };
  readonly learnt: Learnt;
  readonly restart: (() => Promise<void>) | undefined;
}

/** A request that was sent, its answer, and how the report shows them. */
export interface Sent {
  readonly answer: Answer;
  readonly exchange: Exchange;
  /** What was sent as assertion. */
  readonly token: string;
  readonly form: readonly (readonly [name: string, value: string])[];
}

export const secondsNow = () => Math.floor(Date.now() / 1000);
