/** How *Try it* looks: what came of a step, below its form. */

export const TRY_IT_STYLE = `
.played { border-top: 1px solid var(--line); margin-top: 1.25rem; padding-top: 1rem; }
.played > p:first-child { display: flex; flex-wrap: wrap; gap: .25rem .6rem; align-items: baseline; }
.played pre { max-height: 24rem; overflow: auto; }
.played details { margin: .5rem 0; }
`;
