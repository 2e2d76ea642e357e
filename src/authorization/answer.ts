/** What the browser is told: a page, or to go elsewhere; and the request it came with. */
import type { Html } from '../html/html.js';
import { type Org, settingsOf } from '../org.js';
import type { Form } from '../protocol/form.js';
import { REASONS, type ReasonName } from '../protocol/reasons.js';
import type { AuthorizationServer } from '../registry/authorization-server.js';
import type { View } from '../store/port.js';
import type { Origin } from '../syslog/event.js';
import { errorPage } from './pages.js';

/** A browser's request to the authorization, sign-in or logout endpoint. */
export interface BrowserCall {
  readonly org: Org;
  readonly view: View;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly server: 'org' | AuthorizationServer;
  /** The parameters, from the query or the body. */
  readonly params: Form;
  /** Value of the `idx` cookie. */
  readonly sessionCookie: string | undefined;
  readonly origin: Origin;
}

/** `cookie`: the new value of `idx`; empty: clear it. */
export type Answer =
  | { readonly kind: 'page'; readonly status: number; readonly page: Html; readonly cookie?: string | undefined }
  | { readonly kind: 'redirect'; readonly location: string; readonly cookie?: string | undefined };

/** A page that says what is wrong: for errors that must not be sent anywhere else. */
export function errorAnswer(org: Org, error: string, text: string, status = 400): Answer {
  return { kind: 'page', status, page: errorPage(settingsOf(org).name, error, text) };
}

/** The same for a request that is refused for that reason. */
export function refusalPage(org: Org, reason: ReasonName): Answer {
  const { error, text, status } = REASONS[reason];
  return errorAnswer(org, error, text, status);
}

/** The URL with the parameters added to the query it may have already. */
export function withQuery(url: string, parameters: URLSearchParams): string {
  return parameters.size === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${parameters}`;
}
