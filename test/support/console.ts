/**
 * The console as a person without script uses it: opens pages, reads them, fills fields in by their labels, presses buttons.
 * A form is sent as a browser would send it, with every field that it has.
 */
import { parseHTML } from 'linkedom';
import { unescaped } from './browser.js';
import type { ListeningOrg } from './org.js';

/** An element of a page, as far as it is looked at: the DOM is not among the types of this project. */
export interface PageElement {
  readonly tagName: string;
  textContent: string | null;
  readonly parentElement: PageElement | null;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  closest(selector: string): PageElement | null;
  cloneNode(deep: boolean): PageElement;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** A page that somebody looks at. */
export interface Looked {
  readonly status: number;
  readonly headers: Headers;
  /** Path and query, after redirects. */
  readonly path: string;
  readonly title: string;
  /** What can be read in its main part, blanks made one. */
  readonly text: string;
  readonly markup: string;
  readonly document: Pick<PageElement, 'querySelector' | 'querySelectorAll'>;
}

type Fields = Readonly<Record<string, string | boolean | readonly string[]>>;

export interface Console {
  open(path: string): Promise<Looked>;
  /** Follows the link of that name. */
  follow(page: Looked, label: string): Promise<Looked>;
  /**
   * Presses a button.
   * @param fields what is filled in before, by label: text, a tick, or which of several; the others stay as they are
   * @param within words of the form's surroundings that tell it from others with the same button
   */
  press(page: Looked, label: string, fields?: Fields, within?: string): Promise<Looked>;
  /** Presses a button of a form, with this in its fields; undefined leaves one as it is. */
  send(form: PageElement, button: PageElement, typed: (field: PageElement) => string | undefined): Promise<Looked>;
}

const blanksOne = (text: string | null | undefined) => (text ?? '').replaceAll(/\s+/g, ' ').trim();

/** Text of a label without what is said of it. */
const labelText = (label: PageElement) => blanksOne(label.textContent).replace(/ \(optional\)$/, '');

function only<T>(found: readonly T[], what: string, page: Looked): T {
  if (found.length === 1) return found[0] as T;
  throw new Error(`${page.path}: there are ${found.length} of ${what}: ${page.text.slice(0, 1500)}`);
}

/** The field that a label is for, or the fields of a legend. */
function fieldOf(form: PageElement, label: string, page: Looked): PageElement[] {
  const labels = [...form.querySelectorAll('label')].filter((one) => labelText(one) === label);
  const legends = [...form.querySelectorAll('legend')].filter((one) => labelText(one) === label);
  const [legend] = legends;
  if (legend) return [...(legend.parentElement as PageElement).querySelectorAll('input')];
  const found = only(labels, `the label "${label}"`, page);
  return [only([...form.querySelectorAll(`[id="${found.getAttribute('for')}"]`)], `the field "${label}"`, page)];
}

const isTickable = (input: PageElement) => ['radio', 'checkbox'].includes(input.getAttribute('type') ?? '');

function tick(input: PageElement, on: boolean): void {
  if (on) input.setAttribute('checked', '');
  else input.removeAttribute('checked');
}

function optionValue(select: PageElement, wanted: string, page: Looked): string {
  const options = [...select.querySelectorAll('option')];
  const found = options.filter((one) => blanksOne(one.textContent) === wanted || one.getAttribute('value') === wanted);
  return only(found, `the option "${wanted}"`, page).getAttribute('value') as string;
}

/** Which of several ticks the words mean: the label's text, which may go on behind them. */
function tickChosen(form: PageElement, inputs: readonly PageElement[], wanted: readonly string[], page: Looked): void {
  const labelOf = (input: PageElement) =>
    labelText(form.querySelector(`label[for="${input.getAttribute('id')}"]`) as PageElement);
  for (const input of inputs) tick(input, false);
  for (const word of wanted) {
    const exact = inputs.filter((input) => labelOf(input) === word);
    const found = exact.length > 0 ? exact : inputs.filter((input) => labelOf(input).startsWith(word));
    tick(only(found, `the choice "${word}"`, page), true);
  }
}

function fill(form: PageElement, label: string, value: Fields[string], page: Looked): void {
  const fields = fieldOf(form, label, page);
  const [field] = fields as [PageElement];
  const text = String(value);
  if (typeof value === 'boolean') tick(field, value);
  else if (isTickable(field)) tickChosen(form, fields, [value].flat(), page);
  else if (field.tagName === 'TEXTAREA') field.setAttribute('data-typed', text);
  else if (field.tagName === 'SELECT') field.setAttribute('data-chosen', optionValue(field, text, page));
  else field.setAttribute('value', text);
}

function chosenOption(select: PageElement): string {
  const options = [...select.querySelectorAll('option')];
  const selected = options.find((one) => one.hasAttribute('selected')) ?? options[0];
  return select.getAttribute('data-chosen') ?? selected?.getAttribute('value') ?? '';
}

/** What stands in a field of several lines: the first line break behind the tag is none of it. */
export function textOf(field: PageElement): string {
  // The parser takes it for raw text, and leaves what is escaped in it.
  return field.getAttribute('data-typed') ?? unescaped((field.textContent ?? '').replace(/^\n/, ''));
}

/** What the form sends: HTML "Constructing the entry list". */
function entriesOf(form: PageElement): [string, string][] {
  return [...form.querySelectorAll('input, select, textarea')].flatMap((field): [string, string][] => {
    const name = field.getAttribute('name');
    if (name === null) return [];
    if (field.tagName === 'SELECT') return [[name, chosenOption(field)]];
    if (field.tagName === 'TEXTAREA') return [[name, textOf(field)]];
    if (isTickable(field) && !field.hasAttribute('checked')) return [];
    return [[name, field.getAttribute('value') ?? '']];
  });
}

/** What a person sees around a button that tells it from others of its name. */
const surroundings = (button: PageElement) =>
  (button.closest('tr') ?? button.closest('li') ?? button.closest('section') ?? button.closest('form')) as PageElement;

/** Somebody at the console of the org. @param headers sent with each request */
export function consoleAt({ issuer }: Pick<ListeningOrg, 'issuer'>, headers: Record<string, string> = {}): Console {
  const { origin, pathname } = new URL(issuer);
  const base = pathname === '/' ? '' : pathname;
  let cookie = '';

  async function look(url: URL, init: RequestInit = {}): Promise<Looked> {
    const sent = { ...headers, ...(init.headers as object), ...(cookie !== '' && { cookie }) };
    const answer = await fetch(url, { redirect: 'manual', ...init, headers: sent });
    const set = /^([^;]*)/.exec(answer.headers.get('set-cookie') ?? '')?.[1];
    if (set !== undefined && set !== '') cookie = set.endsWith('=') ? '' : set;
    if (answer.status === 303) return look(new URL(answer.headers.get('location') as string, url));
    const markup = await answer.text();
    const { document } = parseHTML(markup) as unknown as Pick<Looked, 'document'>;
    return {
      ...{
        status: answer.status,
        headers: answer.headers,
        path: `${url.pathname}${url.search}`.slice(base.length),
        markup,
        document,
      },
      title: unescaped(blanksOne(document.querySelector('title')?.textContent)),
      text: blanksOne(document.querySelector('main')?.textContent),
    };
  }

  /** What is filled in is sent, and then forgotten: the page stays as it came. */
  function submit(of: PageElement, button: PageElement, fillIn: (form: PageElement) => void): Promise<Looked> {
    const form = of.cloneNode(true);
    fillIn(form);
    const entries = entriesOf(form);
    const act = button.getAttribute('name');
    if (act !== null) entries.push([act, button.getAttribute('value') ?? '']);
    const method = button.getAttribute('formmethod') ?? form.getAttribute('method') ?? 'get';
    const url = new URL(form.getAttribute('action') as string, origin);
    const body = new URLSearchParams(entries);
    if (method === 'post') return look(url, { method: 'POST', body, headers: { origin } });
    url.search = String(body);
    return look(url);
  }

  return {
    send: (form, button, typed) =>
      submit(form, button, (filled) => {
        for (const field of filled.querySelectorAll('input, textarea')) {
          const text = typed(field);
          if (text !== undefined) field.setAttribute(field.tagName === 'TEXTAREA' ? 'data-typed' : 'value', text);
        }
      }),
    open: (path) => look(new URL(base + path, origin)),
    follow(page, label) {
      const links = [...page.document.querySelectorAll('a')].filter((one) => blanksOne(one.textContent) === label);
      const addresses = [...new Set(links.map((one) => one.getAttribute('href') as string))];
      return look(new URL(only(addresses, `the link "${label}"`, page), origin));
    },
    press(page, label, fields = {}, within = '') {
      const buttons = [...page.document.querySelectorAll('form button')].filter(
        (one) => blanksOne(one.textContent) === label && blanksOne(surroundings(one).textContent).includes(within),
      );
      const button = only(buttons, `the button "${label}"`, page);
      const form = button.closest('form') as PageElement;
      return submit(form, button, (filled) => {
        for (const [name, value] of Object.entries(fields)) fill(filled, name, value, page);
      });
    },
  };
}
