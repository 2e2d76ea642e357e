/** One request to a token, introspection or revocation endpoint, as the grants see it, and what comes of it. */
import type { Fault } from '../edge-cases/faults.js';
import type { Org } from '../org.js';
import type { Form } from '../protocol/form.js';
import type { Judged, Rule } from '../protocol/rule.js';
import type { AuthorizationServer } from '../registry/authorization-server.js';
import type { Client } from '../registry/client.js';
import type { Change, View } from '../store/port.js';
import type { Origin, Party } from '../syslog/event.js';
import type { SamlShown } from '../syslog/exchange-log.js';

/** A request before anything is known of who sent it. */
export interface Call {
  readonly org: Org;
  readonly view: View;
  /** Epoch milliseconds: the one time this request is judged by. */
  readonly now: number;
  /** `org`, or the custom authorization server that was addressed. */
  readonly server: 'org' | AuthorizationServer;
  readonly form: Form;
  readonly query: Form;
  readonly authorization: string | undefined;
  /** URL of the endpoint called: the right `aud` of a client assertion. */
  readonly endpoint: string;
  readonly origin: Origin;
  /** The org was asked too often this minute. */
  readonly rateExceeded: boolean;
  /** The fault that the request has met on its route. */
  readonly met?: { readonly id?: string | undefined; readonly fault: Fault } | undefined;
  /** Names of the edge cases that the request asks for in its header. Who asks may use the control API. */
  readonly asked: readonly string[];
}

/** The same, from an authenticated client. */
export interface ClientCall extends Call {
  readonly client: Client;
}

/** The addressed server's id as the records spell it. */
export function serverId(call: Pick<Call, 'server'>): string {
  return call.server === 'org' ? 'org' : call.server.id;
}

/** Whether the form has what proves who sends it. */
export function provesInBody({ form }: Pick<Call, 'form'>): boolean {
  return form.get('client_secret') !== undefined || form.get('client_assertion') !== undefined;
}

/** Why a request is refused: the rule that did not hold, and every rule that was judged until then, in order. */
export interface Refusal {
  // biome-ignore lint/suspicious/noExplicitAny: a refusal may come from a rule over any facts
  readonly refused: Rule<any>;
  readonly judged: readonly Judged[];
}

export function isRefusal(outcome: object): outcome is Refusal {
  return 'refused' in outcome;
}

/** What an exchange was about, for the log and the terminal. Gathered as far as it got. */
export interface Subject {
  readonly user?: Party | undefined;
  readonly audience?: string | undefined;
  /** The SAML assertion that the subject token is. */
  readonly saml?: SamlShown | undefined;
}

/** What was done to a request on purpose. */
export interface Applied {
  readonly edgeCases: readonly string[];
  /** Id of the armed case that did it. */
  readonly armed?: string | undefined;
  readonly fault?: Fault | undefined;
  /** How often that was applied before. */
  readonly turn?: number | undefined;
  /** Why it could not be done. */
  readonly impossible?: string | undefined;
}

/**
 * A judged request that may be granted: what it spends and creates, in one commit, and how the answer is then made. When
 * the commit loses a race, the request is gathered and judged again, and breaks a rule if what it spends is spent.
 */
export interface Plan {
  readonly changes: readonly Change[];
  readonly issue: () => Promise<TokenResponse>;
}

/** Body of a 200 of the token endpoint, members in Okta's order. */
export interface TokenResponse {
  readonly token_type: 'Bearer' | 'N_A';
  readonly expires_in: number;
  readonly access_token: string;
  readonly scope?: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly issued_token_type?: string;
}

/**
 * A grant type: what it reads, what it demands, and what it does. `gather` reads everything and refuses nothing; `rules`
 * judge; `plan` works out the one write and the answer.
 */
export interface GrantType<F> {
  readonly grantType: string;
  /** The `requested_token_type` that it is for; absent: any that no other grant type is for. */
  readonly requestedTokenType?: string;
  readonly gather: (call: ClientCall) => Promise<F>;
  readonly rules: readonly Rule<F>[];
  readonly plan: (facts: F, call: ClientCall) => Plan;
  /** Whom and what the request was about. */
  readonly subject: (facts: F) => Subject;
  /** What is done to it on purpose, if anything is. */
  readonly applied?: (facts: F) => Applied | undefined;
  /** What a refusal itself changes: reuse of a spent code or token revokes its grant. */
  readonly onRefusal?: (facts: F, rule: Rule<F>) => readonly Change[];
}
