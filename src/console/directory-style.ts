/** What the pages of applications, people and groups look like beyond what all pages do. */

export const DIRECTORY_STYLE = `
.lead, .facts + form { margin-top: 1rem; }
.acts { display: flex; flex-wrap: wrap; gap: 0 .75rem; }
.acts > details[open] { flex-basis: 100%; }
`;
