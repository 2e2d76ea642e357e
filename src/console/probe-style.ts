/** The style of the probe: how far it is, its results, and what went over the wire. */

export const PROBE_STYLE = `
progress { width: 100%; height: .6rem; margin: 0 0 1rem; accent-color: var(--link); }
@media (min-width: 48.01rem) { .results table { table-layout: fixed; min-width: 40rem; } }
.results th:nth-child(1) { width: 40%; }
.results th:nth-child(2) { width: 9.5rem; }
.buttons { margin-top: 1.25rem; }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1rem; }
.sides .block { margin-top: 0; }
@media (max-width: 48rem) { .sides { grid-template-columns: minmax(0, 1fr); } }
`;
