/** Forms and their fields. Pure. Every field has a label, every button says what is done (`do`). */
import { type Html, html, type Interpolation } from '../html/html.js';

/**
 * What stands in a field: what was typed, where the form came back; else what the address says; else what is stored.
 */
export type Values = (name: string, stored?: string) => string;

interface Labelled {
  readonly name: string;
  readonly label: string;
  readonly hint?: Interpolation;
}

export interface Field extends Labelled {
  readonly value: string;
  readonly type?: 'text' | 'email' | 'password' | 'number' | 'search' | 'url' | 'datetime-local';
  readonly required?: boolean;
  /** Offers these, and takes others. */
  readonly offers?: readonly string[];
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: Interpolation;
}

const described = ({ name, hint }: Labelled) => hint !== undefined && html` aria-describedby="${name}-hint"`;
const hintOf = ({ name, hint }: Labelled) =>
  hint !== undefined && html`<span class="hint" id="${name}-hint">${hint}</span>`;
const PLAIN = html` autocomplete="off" autocapitalize="none" spellcheck="false"`;

/** A field of one line. Its id is its name. */
export function field(one: Field): Html {
  const { name, label, value, type = 'text', required = false, offers } = one;
  const list =
    offers &&
    html`<datalist id="${name}-offers">${offers.map((offer) => html`<option value="${offer}"></option>`)}</datalist>`;
  return html`<p class="field"><label for="${name}">${label}${required ? undefined : html` <span class="optional">(optional)</span>`}</label>${hintOf(one)}
<input id="${name}" name="${name}" type="${type}" value="${value}"${PLAIN}${required && ' required'}${described(one)}${offers && html` list="${name}-offers"`}>${list}</p>`;
}

/** A field of several lines. */
export function area(
  one: Labelled & { readonly value: string; readonly rows?: number; readonly required?: boolean },
): Html {
  const { name, label, value, rows = 6, required = false } = one;
  return html`<p class="field"><label for="${name}">${label}${required ? undefined : html` <span class="optional">(optional)</span>`}</label>${hintOf(one)}
<textarea id="${name}" name="${name}" rows="${rows}"${PLAIN}${required && ' required'}${described(one)}>
${value}</textarea></p>`;
}

/** One of a few, as a list that drops down. */
export function choice(one: Labelled & { readonly value: string; readonly options: readonly Option[] }): Html {
  const { name, label, value, options } = one;
  const shown = options.map(
    (option) => html`<option value="${option.value}"${option.value === value && ' selected'}>${option.label}</option>`,
  );
  return html`<p class="field"><label for="${name}">${label}</label>${hintOf(one)}
<select id="${name}" name="${name}"${described(one)}>${shown}</select></p>`;
}

function picks(
  type: 'radio' | 'checkbox',
  { name, label, options }: Omit<Labelled, 'hint'> & { readonly options: readonly Option[] },
  isChosen: (value: string) => boolean,
): Html {
  const shown = options.map(
    (option, index) =>
      html`<li><label for="${name}-${index}"><input id="${name}-${index}" type="${type}" name="${name}" value="${option.value}"${isChosen(option.value) && ' checked'}> ${option.label}</label>${option.hint !== undefined && html`<span class="hint">${option.hint}</span>`}</li>`,
  );
  return html`<fieldset><legend>${label}</legend><ul class="picks">${shown}</ul></fieldset>`;
}

/** One of several, all of them to be seen. */
export function radios(
  one: Omit<Labelled, 'hint'> & { readonly value: string; readonly options: readonly Option[] },
): Html {
  return picks('radio', one, (value) => value === one.value);
}

/** Any of several. */
export function checks(
  one: Omit<Labelled, 'hint'> & { readonly values: readonly string[]; readonly options: readonly Option[] },
): Html {
  return picks('checkbox', one, (value) => one.values.includes(value));
}

/** Yes or no. Ticked, it says `on`. */
export function check(one: Labelled & { readonly checked: boolean }): Html {
  const { name, label, checked } = one;
  return html`<p class="field tickbox"><input id="${name}" type="checkbox" name="${name}" value="on"${checked && ' checked'}${described(one)}> <label for="${name}">${label}</label>${hintOf(one)}</p>`;
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/**
 * @param act what the page is asked to do; several buttons of a form each have their own
 * @param id of its own on the page, where the part that it stands in is read anew: so it stays chosen
 */
export function button(
  act: string,
  label: string,
  kind: 'main' | 'plain' | 'danger' | 'link' = 'main',
  id?: string,
): Html {
  return html`<button${id !== undefined && html` id="${id}"`} class="${kind}" name="do" value="${act}">${label}</button>`;
}

/** A form that changes something. @param action address of the page that takes it */
export function form(action: string, body: Interpolation, label?: string): Html {
  return html`<form method="post" action="${action}"${label !== undefined && html` aria-label="${label}"`}>${body}</form>`;
}

/** A form that only looks for something: what is typed stands in the address. */
export function search(action: string, body: Interpolation, label = 'Search'): Html {
  return html`<form method="get" action="${action}" role="search" aria-label="${label}" class="search">${body}<button class="plain">${label}</button></form>`;
}

/** What cannot be taken back: asked about before it is done, also without a script. */
export function danger(
  action: string,
  act: string,
  label: string,
  warning: Interpolation,
  fields?: Interpolation,
): Html {
  return html`<details class="danger"><summary>${label}</summary><div><p>${warning}</p>${form(action, html`${fields}${button(act, label, 'danger')}`)}</div></details>`;
}
