/** The style of what is done on purpose: edge cases, switches, orgs. */

export const PURPOSE_STYLE = `
.row { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0; }
a.button.small { padding: .1rem .7rem; font-size: .85rem; margin: 0; white-space: nowrap; }
.sources { margin: 0; padding-left: 1.1rem; }
.presets { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: .9rem 1.5rem; }
.presets.few { grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); }
.presets button { margin-bottom: .35rem; }
.facts + form, section + form, .presets + button, .stack + :is(p, form), div[data-every] + p { margin-top: 1rem; }
td button { white-space: nowrap; }
.tabs + p { margin-top: 1rem; }
.lead { font-size: 1.05rem; margin-bottom: .25rem; }
.pair { flex: 1 0 100%; display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem 1rem; }
.ruled table { table-layout: fixed; min-width: 34rem; }
.ruled th:nth-child(1) { width: 5.5rem; }
.ruled details { margin-top: .75rem; }
.cases h2 { margin: 1.75rem 0 .25rem; }
.cases table { table-layout: fixed; min-width: 40rem; }
.cases th:nth-child(1) { width: 42%; }
.cases th:nth-last-child(1) { width: 9.5rem; }
ul.plain { list-style: none; margin: 0; padding: 0; }
td details.danger { margin: 0; }
td details.danger:not([open]) { white-space: nowrap; }
.scroll + form { margin-top: 1rem; }
details + button { margin-top: .75rem; }
.kinds { display: grid; grid-template-columns: minmax(0, 15rem) minmax(0, 25rem); gap: 0 2rem; }
.kinds legend { padding: 0; }
@supports selector(:has(*)) {
  .kinds .kind { display: none; }
  ${['status', 'reset', 'truncate', 'drip', 'contentType', 'oversize', 'redirect', 'jwks', 'metadata']
    .map((kind) => `.kinds:has([value=${kind}]:checked) .kind-${kind}`)
    .join(', ')} { display: block; }
}
@media (max-width: 48rem) {
  .kinds, .pair { grid-template-columns: minmax(0, 1fr); }
  .stack table { min-width: 0; }
  .stack :is(table, tbody, tr, td) { display: block; }
  .stack thead { display: none; }
  .stack tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  .stack td { border: 0; padding: .15rem 0; overflow-wrap: anywhere; }
  .stack td::before { content: attr(data-head); display: block; color: var(--quiet); font-size: .8rem; }
  .stack td[data-head=Action]::before { content: none; }
}
`;
