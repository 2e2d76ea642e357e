/** How the pages of exchanges look: the picture in lanes, the rules, the members of tokens. */

/** A thin line down the middle of each lane. */
const lines = (...positions: readonly string[]) =>
  positions.map((at) => `linear-gradient(var(--line), var(--line)) ${at} 0 / 1px 100% no-repeat`).join(', ');

export const EXCHANGES_STYLE = `
.lanes .names { list-style: none; display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: .75rem; margin: 0; padding: 0; text-align: center; }
.lanes .names li { justify-self: center; border: 1px solid var(--line); background: var(--sunk); border-radius: .4rem; padding: .25rem .75rem; font-weight: 600; }
.hops { list-style: none; display: grid; margin: 0; padding: .5rem 0; row-gap: .9rem; }
.of-2 .hops { grid-template-columns: repeat(4, minmax(0, 1fr)); background: ${lines('25%', '75%')}; }
.of-3 .hops { grid-template-columns: repeat(6, minmax(0, 1fr)); background: ${lines('16.667%', '50%', '83.333%')}; }
.hop { position: relative; text-align: center; padding: .25rem .75rem .35rem; border-bottom: 2px solid var(--link); color: var(--link); }
.hop.refused { border-color: var(--fail); color: var(--fail); }
.hop.elsewhere { border-bottom-style: dashed; border-color: var(--quiet); color: var(--quiet); }
.hop::after { content: ""; position: absolute; bottom: calc(-.35rem - 1px); border: .35rem solid transparent; }
.hop.right::after { right: 0; border-left: .55rem solid currentColor; border-right: 0; }
.hop.left::after { left: 0; border-right: .55rem solid currentColor; border-left: 0; }
.hop .ends { display: block; font-size: .75rem; color: var(--quiet); background: var(--card); }
.hop .says { color: var(--text); background: var(--card); }
.span-0-1 { grid-column: 2 / 4; }
.span-1-2 { grid-column: 4 / 6; }
.span-0-2 { grid-column: 2 / 6; }
.judged { list-style: none; margin: .25rem 0 .75rem; padding: 0; }
.judged li { display: flex; gap: .75rem; padding: .35rem .5rem; border-radius: .4rem; }
.judged li > div { flex: 1; min-width: 0; }
.judged .quiet { font-size: .85rem; }
.refusing { background: var(--fail-wash); }
cite { font-style: normal; font-size: .85rem; color: var(--quiet); }
.members td:first-child { min-width: 8rem; }
.members td:nth-child(2) { min-width: 14rem; max-width: 26rem; overflow-wrap: anywhere; }
.members td:nth-child(3) { min-width: 14rem; }
.listing { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .25rem 1.25rem .5rem; margin: 1rem 0; }
.listing table { min-width: 46rem; }
.listing td { overflow-wrap: anywhere; }
.listing.inbox td:nth-child(3) { min-width: 12.5rem; }
.listing.inbox td:nth-child(4) { min-width: 11.5rem; }
.listing.events td:nth-child(n + 2) { min-width: 11rem; }
.listing time, .listing .badge { white-space: nowrap; }
ul.plain { list-style: none; margin: 0; padding: 0; }
.search .optional { display: none; }
.search input:not([type=checkbox], [type=radio]), .search select { height: 2.6rem; }
.search details.wide { align-self: center; }
.search details.wide[open] { flex-basis: 100%; order: 1; }
.search details.wide > div { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; padding-top: .5rem; }
@media (max-width: 48rem) {
  .lanes .names { display: none; }
  .of-2 .hops, .of-3 .hops { grid-template-columns: minmax(0, 1fr); background: none; }
  :is(.members, .listing) :is(table, tbody, tr, td) { display: block; }
  :is(.members, .listing) thead { display: none; }
  :is(.members, .listing) td { border: 0; padding: .1rem 0; }
  :is(.members, .listing) tr { border-top: 1px solid var(--line); padding: .6rem 0; }
  .listing table { min-width: 0; }
  .listing tr:first-child { border-top: 0; }
  .listing time + br { display: none; }
  .members td:nth-child(2), .members td:nth-child(3) { min-width: 0; }
  .hop { grid-column: 1 / -1; text-align: left; padding-left: 0; }
}
`;
