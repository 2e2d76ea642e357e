/** The style of what is done on purpose: edge cases, switches, orgs. */

export const PURPOSE_STYLE = `
.row { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0; }
a.button.small { padding: .1rem .7rem; font-size: .85rem; margin: 0; white-space: nowrap; }
.sources { margin: 0; padding-left: 1.1rem; }
.presets { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: .9rem 1.5rem; }
.presets button { margin-bottom: .35rem; }
.kinds { display: grid; grid-template-columns: minmax(0, 15rem) minmax(0, 25rem); gap: 0 2rem; }
@supports selector(:has(*)) {
  .kinds .kind { display: none; }
  ${['status', 'reset', 'truncate', 'drip', 'contentType', 'oversize', 'redirect', 'jwks', 'metadata']
    .map((kind) => `.kinds:has([value=${kind}]:checked) .kind-${kind}`)
    .join(', ')} { display: block; }
}
@media (max-width: 48rem) { .kinds { grid-template-columns: minmax(0, 1fr); } }
`;
