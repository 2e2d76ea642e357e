/** How the HTML report looks: light and dark, from a phone to paper. */
import { createHash } from 'node:crypto';
import { COLOURS } from '../../html/colours.js';

const PAGE = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere; }
header, main, footer, nav ul { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin: 0 0 1rem; letter-spacing: -.005em; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: 0 0 .75rem; }
a { color: var(--link); }
code, pre { font: .85em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: .25rem 0 0; padding: .6rem .75rem; background: var(--sunk); border-radius: .4rem; white-space: pre-wrap; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: .2rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem;
  margin: 1.25rem 0; scroll-margin-top: 4rem; }
nav { position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid var(--line); margin-top: 1.25rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.1rem; padding-top: .55rem; padding-bottom: .55rem; }
nav a { text-decoration: none; font-size: .9rem; line-height: 1.7; display: inline-block; }
nav a:hover { text-decoration: underline; }
footer { padding-bottom: 3rem; color: var(--quiet); font-size: .9rem; }
.quiet { color: var(--quiet); }
.small { font-size: .875rem; }
`;

const OVERVIEW = `
.banner { border: 1px solid var(--hue); border-left-width: .5rem; background: var(--wash); border-radius: .75rem;
  padding: 1rem 1.25rem; margin-top: 1.25rem; }
.banner p { margin: 0; }
.banner .outcome { font-size: 1.35rem; font-weight: 700; color: var(--hue); line-height: 1.3; margin-bottom: .15rem; }
.conformant { --hue: var(--pass); --wash: var(--pass-wash); }
.failures { --hue: var(--fail); --wash: var(--fail-wash); }
.could-not-run { --hue: var(--error); --wash: var(--error-wash); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 1rem 0 0; }
.numbers div { background: var(--card); border: 1px solid var(--line); border-top: .25rem solid var(--hue);
  border-radius: .6rem; padding: .6rem .9rem; display: flex; flex-direction: column-reverse; }
.numbers dt { color: var(--quiet); font-size: .875rem; }
.numbers dd { margin: 0; font-size: 1.75rem; font-weight: 700; line-height: 1.2; font-variant-numeric: tabular-nums; }
.numbers .none { border-top-color: var(--line); }
.numbers .none dd { color: var(--quiet); font-weight: 400; }
.played { margin: .9rem 0 0; }
.groups { list-style: none; margin: 0; padding: 0; }
.groups li { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 3fr) minmax(0, 5fr); gap: 0 1.25rem;
  align-items: center; padding: .45rem 0; border-top: 1px solid var(--line); }
.groups li:first-child { border-top: 0; }
.group { display: grid; grid-template-columns: 2.75rem minmax(0, 1fr); }
.bar { width: 100%; height: .75rem; display: block; border-radius: .25rem; background: var(--sunk); }
.severities { width: 100%; max-width: 26rem; border-collapse: collapse; margin-top: 1.5rem; }
.severities th, .severities td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line);
  font-variant-numeric: tabular-nums; }
.severities thead th, .severities td { overflow-wrap: normal; }
.severities .quiet { font-weight: 400; }
.severities th:first-child { text-align: left; padding-left: 0; }
.severities thead th { font-weight: 400; color: var(--quiet); font-size: .875rem; }
.severities tbody th { font-weight: 600; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: 0 0 .75rem; }
.legend li::before { content: ""; display: inline-block; width: .75rem; height: .75rem; border-radius: .2rem;
  background: var(--hue); margin-right: .4rem; }
.pass { --hue: var(--pass); } .fail { --hue: var(--fail); } .warn { --hue: var(--warn); } .either { --hue: var(--either); }
.not-run { --hue: var(--not-run); } .error { --hue: var(--error); }
rect { fill: var(--hue); }
`;

const CASES = `
details { border: 1px solid var(--line); border-left: .3rem solid var(--hue, var(--line)); border-radius: .5rem;
  margin: .5rem 0; background: var(--card); }
summary { padding: .6rem .9rem; cursor: pointer; list-style: none; display: block; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "▸"; float: right; margin-left: .5rem; color: var(--quiet); }
details[open] > summary::before { content: "▾"; }
details[open] > summary { border-bottom: 1px solid var(--line); }
summary:hover { background: var(--sunk); border-radius: .4rem; }
.name { margin-right: .35rem; }
.name code { font-size: .95rem; font-weight: 700; }
.why { display: block; font-size: .95rem; margin-top: .15rem; }
.chip { display: inline-block; padding: .05rem .5rem; border-radius: 1rem; font-size: .78rem; font-weight: 600;
  border: 1px solid var(--line); color: var(--quiet); white-space: nowrap; }
.chip.mild { border-color: var(--hue); color: var(--hue); }
.chip.grave { background: var(--hue); border-color: var(--hue); color: var(--on); }
section > :last-child { margin-bottom: 0; }
.inside { padding: .9rem; }
.facts { display: grid; grid-template-columns: minmax(7.5rem, 11rem) minmax(0, 1fr); gap: .45rem 1.25rem; margin: 0; }
.facts > dt { color: var(--quiet); font-size: .9rem; }
.facts > dd { margin: 0; min-width: 0; }
.facts ul, .plain { list-style: none; margin: 0; padding: 0; }
.hint { border-left: .25rem solid var(--link); padding-left: .75rem; }
.exchange { border-top: 1px solid var(--line); margin-top: .9rem; padding-top: .8rem; }
.exchange > p { margin: 0; }
.sides { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: .5rem 1.25rem; }
.label { margin: .5rem 0 0; color: var(--quiet); font-size: .85rem; font-weight: 600; }
`;

const NARROW = `
@media (max-width: 44rem) {
  header, main, footer, nav ul { padding-left: .9rem; padding-right: .9rem; }
  header { padding-top: 1.25rem; }
  h1 { font-size: 1.2rem; }
  section { padding: 1rem .9rem; }
  nav { position: static; }
  .numbers { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .5rem; }
  .numbers div { padding: .5rem .6rem; }
  .numbers dd { font-size: 1.4rem; }
  .groups li { grid-template-columns: minmax(0, 1fr); gap: .3rem; padding: .6rem 0; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts > dd { margin-bottom: .6rem; }
  .sides { grid-template-columns: minmax(0, 1fr); }
}
@media print {
  :root { color-scheme: light; font-size: 10pt; }
  body, section, details, .numbers div { background: #fff; }
  nav { display: none; }
  section { border: 0; padding: 0; }
  :is(#failures, #status-error, #baseline, #not-run) details::details-content { content-visibility: visible; display: block; }
  summary::before { content: ""; }
  summary, h2, h3 { break-after: avoid; }
  .bar, .chip, .banner, .legend li::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

export const STYLE = [COLOURS, PAGE, OVERVIEW, CASES, NARROW].join('');

/** Nothing is fetched and nothing runs: neither from elsewhere nor from what a token says. */
export const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
