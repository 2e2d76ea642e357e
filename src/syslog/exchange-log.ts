/**
 * The exchange records: each request to a token endpoint with what it said, every rule it was judged by and what came of
 * it. What the System Log says in one reason, these say rule by rule. The last ones are kept, in memory; never a secret,
 * a signature or a token that could be used.
 */
import type { Outcome } from '../protocol/rule.js';
import type { ShownToken } from '../tokens/kept-token.js';

/** How many records are kept; the oldest go first. */
const LIMIT = 1000;

/** What a request said that is no secret. What is there, but has not the shape that it should, is `(not kept)`. */
export interface ExchangeRequest {
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  readonly scope: string | null;
  readonly requestedTokenType: string | null;
  readonly subjectTokenType: string | null;
  readonly userAgent: string | null;
}

/** What is shown of a SAML assertion: enough to find it again at whoever wrote it, and nothing that could be used. */
export interface SamlShown {
  /** As it claims. Null: it claims none, or none that looks like one. */
  readonly issuer: string | null;
  readonly id: string | null;
  /** What kept it from being read or believed: a word for what Okta's reason says less closely. Null: nothing did. */
  readonly problem: string | null;
}

/** The tokens that a request carried, as they were sent: nothing of them is verified here. Null: not sent. */
export interface ExchangeAssertions {
  readonly clientAssertion: ShownToken | null;
  readonly subjectToken: ShownToken | null;
  readonly actorToken: ShownToken | null;
  readonly assertion: ShownToken | null;
  /** Of a subject token that is a SAML assertion, and as such was read. */
  readonly saml: SamlShown | null;
}

/** A grant, without the tokens that it gave: what can be read of them. Names of the wire are as on the wire. */
export interface GrantShown {
  readonly status: number;
  readonly token_type: string;
  readonly issued_token_type: string | null;
  readonly expires_in: number;
  readonly scope: string | null;
  readonly tokens: {
    readonly access_token: ShownToken;
    readonly id_token: ShownToken | null;
    readonly refresh_token: ShownToken | null;
  };
}

/** A refusal as the client was told; of an unknown client these are `errorCode` and `errorSummary`. */
export interface RefusalShown {
  readonly status: number;
  readonly error: string;
  readonly error_description: string;
}

/** One request to a token endpoint. */
export interface ExchangeRecord {
  /** The request's id, as in `x-okta-request-id` and in the System Log's `transaction.id`. */
  readonly id: string;
  /** ISO 8601, by the org's clock. */
  readonly published: string;
  /** ISO 8601, by the clock of the machine. */
  readonly realTime: string;
  /** `org`, or the id of the custom authorization server. */
  readonly server: string;
  readonly grantType: string;
  /** Id of the authenticated client, or of the one the request claimed to be from, if the org has it. */
  readonly client: string | null;
  /** Login of the user. */
  readonly user: string | null;
  readonly audience: string | null;
  /** `faulted`: a fault stood in its place, and it was not carried out. */
  readonly result: 'granted' | 'refused' | 'faulted';
  /** Okta's reason, on a refusal. */
  readonly reason: string | null;
  /** The rule that refused. */
  readonly rule: string | null;
  /** What was done to it on purpose: edge cases and a fault, by an armed case or by the header; or why it could not be. */
  readonly onPurpose: {
    readonly edgeCases: readonly string[];
    readonly armed: string | null;
    readonly fault: object | null;
    /** Id of the fault, if it is one of the route. */
    readonly faultId: string | null;
    readonly impossible: string | null;
  } | null;
  /** Every rule that was judged, in order. */
  readonly rules: readonly { readonly name: string; readonly outcome: Outcome }[];
  readonly request: ExchangeRequest;
  readonly assertions: ExchangeAssertions;
  /** Null: the fault answered. */
  readonly answer: GrantShown | RefusalShown | null;
}

export type ExchangeListener = (record: ExchangeRecord) => void;

export interface ExchangeLog {
  write(record: ExchangeRecord): void;
  /** Forgets every record. Who listens goes on listening. */
  clear(): void;
  /** The newest first. */
  last(limit: number): readonly ExchangeRecord[];
  find(id: string): ExchangeRecord | undefined;
  /** Those that came after the one of that id, the oldest first; all of them where it is not there, or no more. */
  after(id: string | undefined): readonly ExchangeRecord[];
  /** Hears of each record as it is written, until the function returned is called. */
  subscribe(listener: ExchangeListener): () => void;
  /** How many listen. */
  readonly listening: number;
}

/** An empty log. */
export function exchangeLog(limit = LIMIT): ExchangeLog {
  const records: ExchangeRecord[] = [];
  const listeners = new Set<{ readonly hear: ExchangeListener }>();
  return {
    write(record) {
      records.push(record);
      if (records.length > limit) records.shift();
      if (listeners.size === 0) return;
      // A record decodes its tokens when it is read: once for all who listen.
      const read = { ...record };
      for (const { hear } of [...listeners]) hear(read);
    },
    clear() {
      records.length = 0;
    },
    last: (count) => records.slice(-count).toReversed(),
    find: (id) => records.find((record) => record.id === id),
    after: (id) => records.slice(records.findIndex((record) => record.id === id) + 1),
    subscribe(hear) {
      const listener = { hear };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get listening() {
      return listeners.size;
    },
  };
}
