/**
 * What a browser without script does: follows nothing by itself, keeps the session cookie, and fills in the form that is
 * on a page.
 */
import { type Answer, formOf, type Parameters } from './org.js';

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** Text of the page's markup, entities resolved. */
export const unescaped = (markup: string) => markup.replace(/&([\w#]+);/g, (_, name) => ENTITIES[name] ?? `&${name};`);

function attributesOf(tag: string): Record<string, string> {
  return Object.fromEntries(
    [...tag.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].slice(1).map(([, name, value = '']) => [name, unescaped(value)]),
  );
}

export interface PageForm {
  readonly action: string;
  readonly method: string;
  /** Values of the named inputs. */
  readonly fields: Readonly<Record<string, string>>;
  readonly inputs: readonly Readonly<Record<string, string>>[];
}

/** The one form of a page. */
export function formIn(page: string): PageForm {
  const forms = [...page.matchAll(/<form[^>]*>/g)];
  if (forms.length !== 1) throw new Error(`the page has ${forms.length} forms: ${page}`);
  const { action = '', method = 'get' } = attributesOf(forms[0]?.[0] ?? '');
  const inputs = [...page.matchAll(/<input[^>]*>/g)].map(([tag]) => attributesOf(tag));
  const named = inputs.map(({ name = '', value = '' }): [string, string] => [name, value]);
  return { action, method, fields: Object.fromEntries(named), inputs };
}

export interface Browser {
  /** Value of the session cookie. */
  cookie: string | undefined;
  get(path: string, parameters?: Parameters, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, form: Parameters, headers?: Record<string, string>): Promise<Answer>;
  /** Fills in the sign-in form of a page and sends it. */
  submit(page: string, username: string, password: string, headers?: Record<string, string>): Promise<Answer>;
}

/** A browser that knows the org at this issuer only. */
export function browserAt(issuer: string): Browser {
  async function send(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Answer> {
    const held = browser.cookie === undefined ? {} : { cookie: `idx=${browser.cookie}` };
    const headers = { ...held, ...init.headers };
    const response = await fetch(new URL(path, issuer), { redirect: 'manual', ...init, headers });
    const text = await response.text();
    const set = /^idx=([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
    if (set !== undefined) browser.cookie = set === '' ? undefined : set;
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }
  const browser: Browser = {
    cookie: undefined,
    get: (path, parameters = {}, headers = {}) => {
      const query = formOf(parameters);
      return send(query.size === 0 ? path : `${path}?${query}`, { headers });
    },
    post: (path, form, headers = {}) => send(path, { method: 'POST', body: formOf(form), headers }),
    submit: (page, username, password, headers = {}) => {
      const { action, fields } = formIn(page);
      return browser.post(action, { ...fields, username, password }, headers);
    },
  };
  return browser;
}

/** The parameters that an answer carries to the redirect URI, in whichever response mode. */
export function arrived(answer: Answer): URLSearchParams {
  const location = answer.headers.get('location');
  if (location === null) return formOf(formIn(answer.text).fields);
  const url = new URL(location);
  return url.hash === '' ? url.searchParams : new URLSearchParams(url.hash.slice(1));
}
