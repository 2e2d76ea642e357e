/** How the console looks: light and dark, from a phone to paper, with the fonts of the system. */
import { createHash } from 'node:crypto';
import { COLOURS } from '../html/colours.js';
import { DIRECTORY_STYLE } from './directory-style.js';
import { EXCHANGES_STYLE } from './exchanges-style.js';

import { PROBE_STYLE } from './probe-style.js';
import { PURPOSE_STYLE } from './purpose-style.js';

import { TRY_IT_STYLE } from './try-it-style.js';

const FRAME = `
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: .2rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: .5rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 9; }
.top { display: flex; align-items: center; gap: .25rem 1.25rem; flex-wrap: wrap; padding: .6rem 1.25rem;
  background: var(--card); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; color: var(--text); text-decoration: none; letter-spacing: -.01em; }
.brand::before { content: ""; display: inline-block; width: .8rem; height: .8rem; margin-right: .5rem; border-radius: .25rem;
  background: linear-gradient(135deg, var(--link) 50%, var(--either) 50%); }
.whose { flex: 1; min-width: 12rem; }
.whose code { color: var(--quiet); }
.testing { font-size: .8rem; color: var(--warn); border: 1px solid currentColor; border-radius: 1rem; padding: .05rem .6rem; }
.top button.menu { display: none; }
.columns { display: grid; grid-template-columns: 13.5rem minmax(0, 1fr); }
#menu { display: block; position: static; inset: auto; margin: 0; padding: 1rem .75rem 2rem; border: 0; width: auto;
  height: auto; background: none; color: inherit; overflow: visible; }
#menu p { margin: 1.1rem .6rem .2rem; font-size: .75rem; font-weight: 700; letter-spacing: .05em; text-transform: uppercase;
  color: var(--quiet); }
#menu ul { list-style: none; margin: 0; padding: 0; }
#menu a { display: block; padding: .3rem .6rem; border-radius: .4rem; text-decoration: none; color: var(--text); }
#menu a:hover { background: var(--sunk); }
#menu a[aria-current] { background: var(--card); box-shadow: inset 3px 0 var(--link); font-weight: 600; }
main { padding: 1.25rem 1.5rem 3rem; max-width: 72rem; min-width: 0; }
.foot { padding: 1rem 1.5rem 2rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .85rem; }
.crumbs ol { list-style: none; display: flex; flex-wrap: wrap; gap: 0 .5rem; margin: 0; padding: 0; font-size: .9rem; }
.crumbs li:not(:last-child)::after { content: "/"; margin-left: .5rem; color: var(--quiet); }
.tabs ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 .25rem; margin: 1rem 0 0; padding: 0;
  border-bottom: 1px solid var(--line); }
.tabs a { display: block; padding: .5rem .85rem; text-decoration: none; border-bottom: 3px solid transparent; margin-bottom: -1px; }
.tabs a[aria-current] { border-color: var(--link); color: var(--text); font-weight: 600; }
`;

const TEXT = `
h1 { font-size: 1.6rem; line-height: 1.25; margin: .25rem 0 .75rem; letter-spacing: -.01em; }
h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
p { margin: 0 0 .75rem; }
code, pre { font: .85em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: .25rem 0 0; padding: .6rem .75rem; background: var(--sunk); border-radius: .4rem; white-space: pre-wrap; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.1rem 1.25rem; margin: 1rem 0; }
.quiet { color: var(--quiet); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.notice { border-left: .3rem solid var(--line); background: var(--card); border-radius: .3rem; padding: .6rem .9rem; margin: 1rem 0; }
.notice p { margin: 0; }
.notice ul { margin: .25rem 0 0; padding-left: 1.2rem; }
.notice.done { border-color: var(--pass); background: var(--pass-wash); }
.notice.wrong { border-color: var(--fail); background: var(--fail-wash); }
.notice.warn { border-color: var(--warn); background: var(--warn-wash); }
.empty { text-align: center; padding: 2rem 1rem; border: 1px dashed var(--line); border-radius: .75rem; margin: 1rem 0; }
.facts { margin: 0; }
.facts > div { display: grid; grid-template-columns: minmax(9rem, 14rem) minmax(0, 1fr); gap: .1rem 1rem; padding: .4rem 0;
  border-top: 1px solid var(--line); }
.facts > div:first-child { border-top: 0; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; }
.scroll { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); overflow-wrap: normal; }
th { font-size: .85rem; color: var(--quiet); border-top: 0; }
.badge { display: inline-block; font-size: .8rem; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; color: var(--quiet); white-space: nowrap; }
.badge.good { color: var(--pass); }
.badge.bad { color: var(--fail); }
.badge.warn { color: var(--warn); }
.tick, .outcome { display: inline-block; width: 1.35em; height: 1.35em; line-height: 1.3em; text-align: center; border-radius: 50%;
  font-size: .85em; font-weight: 700; border: 1.5px solid currentColor; }
.tick.green, .outcome.holds { color: var(--on); background: var(--pass); border-color: var(--pass); }
.tick.red, .outcome.broken { color: var(--on); background: var(--fail); border-color: var(--fail); }
.tick.hollow, .outcome.not-asked { color: var(--quiet); }
.tick.hollow { border-color: transparent; font-size: 1.1em; width: 1em; }
p + .rules { margin-left: 1.6rem; }
.rules { list-style: none; margin: .5rem 0; padding: 0; }
.rules li { padding: .15rem 0; }
.copyable { display: inline-flex; flex-wrap: wrap; gap: .5rem; align-items: baseline; }
.block { margin: .75rem 0; }
.block figcaption { display: flex; gap: .75rem; align-items: baseline; color: var(--quiet); font-size: .9rem; }
.head { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; }
`;

const FORMS = `
.field { margin: 0 0 1rem; max-width: 40rem; }
label, legend { font-weight: 600; }
fieldset { border: 0; margin: 0 0 1rem; padding: 0; }
.optional, .hint { font-weight: 400; color: var(--quiet); font-size: .875rem; }
.hint { display: block; }
input, select, textarea, button { font: inherit; color: inherit; }
input:not([type=checkbox], [type=radio]), select, textarea { display: block; width: 100%; margin-top: .25rem; padding: .45rem .6rem;
  border: 1px solid var(--quiet); border-radius: .4rem; background: var(--page); }
textarea { font: .85em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.tickbox .hint { margin-left: 1.7rem; }
.picks { list-style: none; margin: .25rem 0 0; padding: 0; }
.picks li { padding: .2rem 0; }
.picks label { font-weight: 400; }
.picks .hint { margin-left: 1.5rem; }
button, a.button { display: inline-block; padding: .45rem 1rem; border: 1px solid var(--link); border-radius: .4rem; cursor: pointer;
  background: var(--link); color: var(--on); font-weight: 600; text-decoration: none; margin: 0 .5rem .25rem 0; }
button.plain, a.button.plain, button.menu { background: none; color: var(--link); }
button.danger { background: var(--fail); border-color: var(--fail); }
button.link { background: none; border: 0; color: var(--link); padding: 0; font-weight: 400; text-decoration: underline; }
button.small { padding: 0 .6rem; font-size: .8rem; background: none; color: var(--link); margin: 0; }
.search { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: 0 0 1rem; }
.search .field { margin: 0; min-width: 12rem; flex: 1; }
.search button { margin: 0; }
details > summary { cursor: pointer; color: var(--link); }
details.danger { margin: 1rem 0; }
details.danger > summary { color: var(--fail); }
details.menu { position: relative; display: inline-block; }
details.menu > summary { border: 1px solid var(--link); border-radius: .4rem; padding: .4rem 1rem; font-weight: 600; }
details.menu > div { position: absolute; right: 0; z-index: 2; min-width: 12rem; margin-top: .25rem; padding: .75rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .5rem; box-shadow: 0 .5rem 1.5rem rgb(0 0 0 / .2); }
`;

const NARROW = `
@media (max-width: 48rem) {
  .top button.menu { display: inline-block; padding: .2rem .8rem; margin: 0; }
  .columns { display: block; }
  #menu { display: none; }
  #menu:popover-open { display: block; position: fixed; inset: 0 auto 0 0; width: min(18rem, 85vw); height: 100%; background: var(--card);
    overflow: auto; border-right: 1px solid var(--line); }
  main { padding: 1rem 1rem 2rem; }
  .facts > div { grid-template-columns: minmax(0, 1fr); }
  details.menu > div { position: static; }
}
@media print {
  .top, #menu, .tabs, .crumbs, .skip, .foot, button, form, details.danger { display: none !important; }
  .columns { display: block; }
  .card { break-inside: avoid; border-color: #999; }
}
`;

const AREAS = [DIRECTORY_STYLE, EXCHANGES_STYLE, PURPOSE_STYLE, PROBE_STYLE, TRY_IT_STYLE];

export const STYLE = [COLOURS, FRAME, TEXT, FORMS, ...AREAS, NARROW].join('');

/** Names the content, so that a browser may keep it. */
export const STYLE_URL = `/console/console.css?${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}`;
