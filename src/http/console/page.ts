/**
 * One page of the console as a door: how it is shown, and what its buttons do. A button's form goes to the page that it stands
 * on, names what is to be done (`do`), and comes back with what is wrong or leads on to the page that shows what was done.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { type AdminCall, type AdminRefusal, isAdminRefusal, notValid, sentencesOf } from '../../admin/change.js';
import type { Values } from '../../console/forms.js';
import { type At, type Frame, framed, type Page } from '../../console/frame.js';
import { DONE, type Done } from '../../console/notices.js';
import { refusedPage } from '../../console/refused.js';
import { settingsOf } from '../../org.js';
import type { Orgs } from '../../orgs.js';
import { type Form, readForm } from '../../protocol/form.js';
import { MANAGEMENT_ERRORS } from '../../protocol/management-errors.js';
import type { View } from '../../store/port.js';
import type { Party } from '../../syslog/event.js';
import { type ErrorAnswer, NEVER_KEPT } from '../bodies.js';
import { formOf, originOf, pathOf, queryOf } from '../calls.js';
import type { Endpoint, Operation } from '../endpoint.js';
import { splitOrg } from '../org-of-request.js';
import { type ConsoleRefusal, consoleAuthorization, consoleRefusal, isReadOnly } from './access.js';

/** What a page and its buttons are handed. `view` is for what is only read; a change is worked out by `admin` and `control`. */
export interface ConsoleCall extends AdminCall {
  readonly view: View;
  readonly orgs: Orgs;
  readonly request: FastifyRequest;
  readonly at: At;
  /** A parameter of the path. */
  readonly param: (name: string) => string;
  readonly query: Form;
  /** What the form holds; empty when a page is only looked at. */
  readonly form: Form;
  /** What stands in a field of the page. */
  readonly value: Values;
}

/** What comes of a button that did what it should: another page, said to be done; a page at once; or a file. */
export type Went =
  | { readonly to: string; readonly done?: Done }
  | { readonly page: Page }
  | { readonly file: string; readonly name: string; readonly type: string };

type Act = (call: ConsoleCall) => Promise<Went | AdminRefusal> | Went | AdminRefusal;
type Show = (call: ConsoleCall) => Promise<Page | AdminRefusal> | Page | AdminRefusal;

/** How a page is declared. */
export interface ConsolePage {
  readonly url: string;
  readonly show: Show;
  /** What the buttons do, by their `do`. */
  readonly acts?: Readonly<Record<string, Act>>;
  /** A button puts the org into another state, or waits. */
  readonly outOfTurn?: boolean;
}

/** One style sheet and one script, both of this server; forms go nowhere else; nobody frames it. */
const POLICY = [
  "default-src 'none'",
  ...["style-src 'self'", "script-src 'self'", "connect-src 'self'", 'img-src data:'],
  ...["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"],
].join('; ');

/** The headers of every page. `same-origin`: a form whose page has no referrer would come from `null`. */
export const PAGE_HEADERS = {
  ...NEVER_KEPT,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'referrer-policy': 'same-origin',
} as const;

/** The address of a path of the org that is asked. */
export function atOf({ originalUrl }: Pick<FastifyRequest, 'originalUrl'>): At {
  const { orgId } = splitOrg(originalUrl);
  return (path) => (orgId === undefined ? path : `/orgs/${orgId}${path}`);
}

/** A form's value also where it was emptied; else what the address has; else what is stored. */
function valuesOf(request: FastifyRequest, query: Form, form: Form): Values {
  return (name, stored = '') => (request.method === 'POST' ? (form.get(name) ?? '') : (query.get(name) ?? stored));
}

function callOf(request: FastifyRequest): ConsoleCall {
  const query = queryOf(request);
  const form = request.method === 'POST' ? formOf(request) : readForm('');
  return {
    ...{ org: request.org, orgs: request.orgs, request, query, form },
    actor: request.actor as Party,
    origin: originOf(request),
    view: request.org.store.view(),
    at: atOf(request),
    param: (name) => (request.params as Record<string, string>)[name] as string,
    value: valuesOf(request, query, form),
  };
}

/** What stands around the page for whoever asks. */
export function frameOf(request: FastifyRequest, came: Pick<Frame, 'done' | 'wrong'> = {}): Frame {
  return {
    ...{ at: atOf(request), path: pathOf(request), orgName: settingsOf(request.org).name, issuer: request.org.issuer },
    ...{ signedIn: consoleAuthorization(request) !== undefined, readOnly: isReadOnly(request) },
    ...came,
  };
}

function sendPage(reply: FastifyReply, status: number, page: Page, came: Pick<Frame, 'done' | 'wrong'> = {}) {
  return reply
    .code(status)
    .headers(PAGE_HEADERS)
    .send(framed(frameOf(reply.request, came), page).markup);
}

/** A page that cannot be shown: there is no such thing, most of the time. */
function sendRefusal(reply: FastifyReply, refused: AdminRefusal) {
  const { status } = MANAGEMENT_ERRORS[refused.refused];
  return sendPage(reply, status, refusedPage(atOf(reply.request), sentencesOf(refused)));
}

async function show({ show }: ConsolePage, request: FastifyRequest, reply: FastifyReply) {
  const call = callOf(request);
  const page = await show(call);
  if (isAdminRefusal(page)) return sendRefusal(reply, page);
  const done = call.query.get('done') ?? '';
  return sendPage(reply, 200, page, Object.hasOwn(DONE, done) ? { done: DONE[done as Done] } : {});
}

const NO_BUTTON = notValid('do', 'The form does not say what is to be done. Use a button of the page.');

/** Does what the button says; where that is refused, shows the form again with what was typed, and why. */
async function act(page: ConsolePage, request: FastifyRequest, reply: FastifyReply) {
  const call = callOf(request);
  const { acts = {} } = page;
  const asked = call.form.get('do') ?? '';
  const outcome = Object.hasOwn(acts, asked) ? await (acts[asked] as Act)(call) : NO_BUTTON;
  if (isAdminRefusal(outcome)) {
    const again = await page.show({ ...call, view: call.org.store.view() });
    if (isAdminRefusal(again)) return sendRefusal(reply, again);
    return sendPage(reply, MANAGEMENT_ERRORS[outcome.refused].status, again, { wrong: sentencesOf(outcome) });
  }
  if ('page' in outcome) return sendPage(reply, 200, outcome.page);
  if ('file' in outcome) {
    const disposition = `attachment; filename="${outcome.name.replaceAll(/[^\w.-]/g, '-')}"`;
    const headers = { ...PAGE_HEADERS, 'content-type': outcome.type, 'content-disposition': disposition };
    return reply.headers(headers).send(outcome.file);
  }
  const { to, done } = outcome;
  const query = done === undefined ? '' : `${to.includes('?') ? '&' : '?'}done=${done}`;
  return reply.headers(NEVER_KEPT).redirect(call.at(to) + query, 303);
}

const SENTENCES: Readonly<Record<Exclude<ConsoleRefusal, 'sign-in'>, string>> = {
  'not-ours':
    'This request was sent by a page of another site, or by no page at all. Open the console and use its own button.',
  forbidden:
    'The API token you signed in with only reads. Sign in with the token of a SUPER_ADMIN to see or change this.',
};

/** The question put before a page is looked at or a form is read. */
export const admission: NonNullable<Operation['admit']> = async (request): Promise<ErrorAnswer | undefined> => {
  const refused = consoleRefusal(request, request.method !== 'GET');
  if (refused === undefined) return undefined;
  const at = atOf(request);
  if (refused === 'sign-in') {
    const back = request.method === 'GET' ? `?to=${encodeURIComponent(request.url)}` : '';
    return { status: 303, body: '', headers: { location: `${at('/console/sign-in')}${back}` } };
  }
  const page = refusedPage(at, [SENTENCES[refused]]);
  return { status: 403, body: framed(frameOf(request), page).markup, headers: PAGE_HEADERS };
};

/** The page as a door. */
export function consolePage(page: ConsolePage): Endpoint {
  const { acts, outOfTurn = false } = page;
  const shared = { access: 'control', response: {}, outOfTurn, admit: admission } as const;
  const looked: Operation = { ...shared, summary: 'Page', handle: (...call) => show(page, ...call) };
  const sent: Operation = { ...shared, summary: 'Form', handle: (...call) => act(page, ...call) };
  return {
    ...{ url: page.url, tag: 'Control', shape: 'page' },
    operations: { GET: looked, ...(acts && { POST: sent }) },
  };
}

/**
 * What stands in the fields of one of several forms on a page: what was typed, where it is this form that came back.
 * @param acts what its buttons do
 */
export function valuesOfForm({ request, form, value }: ConsoleCall, ...acts: readonly string[]): Values {
  const isOther = request.method === 'POST' && !acts.includes(form.get('do') ?? '');
  return (name, stored = '') => (isOther ? stored : value(name, stored));
}

/**
 * A form's values by the schema that the API has for them.
 * @param labels what a member is called on the page, by its path; the whole by the empty one
 */
export function asked<T>(
  schema: z.ZodType<T>,
  input: unknown,
  labels: Readonly<Record<string, string>> = {},
): T | AdminRefusal {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map(({ path, message }) => {
    return `${labelOf(path, labels)}: ${message}`;
  });
  return notValid('form', ...new Set(sentences));
}

/** What the member is called on the page, or the nearest that it is a part of; else its path. */
function labelOf(path: readonly PropertyKey[], labels: Readonly<Record<string, string>>): string {
  const names = path.map((_, at) => path.slice(0, path.length - at).join('.'));
  const label = [...names, ''].map((name) => labels[name]).find((one) => one !== undefined);
  return label ?? names[0] ?? 'The form';
}
