/** docs/edge-cases.md: every edge case that comes with the program, how many there are, and the words they are made of. */
import {
  type EdgeCase,
  GROUPS,
  type Group,
  LEVELS,
  needsOf,
  SEVERITIES,
  situationOf,
  tokenEditsOf,
  VERDICTS,
  verdictOf,
} from '../src/edge-cases/edge-case.js';
import { SHAPES, SIGNATURES, SIGNERS } from '../src/edge-cases/edits.js';
import { CHECKS, CLIENTS, CONDITIONS, KEY_SETS, MEANWHILE, METADATA, PLACES } from '../src/edge-cases/situations.js';
import { TOKEN_KINDS } from '../src/edge-cases/token-edits.js';
import { FORMS, TRANSFORMS, VALUES } from '../src/edge-cases/values.js';
import { CATALOGUED, type NotExpressed } from './edge-case-counts.js';
import { code, document, PRINTED, table } from './print-markdown.js';

const INTRODUCTION = `Every way we know in which an ID-JAG, its keys or its request can be wrong: by name, with the answer
that a resource authorization server owes it. Good ones stand among them, for a server that refuses everything must fail
too. Ask for one by name, alone or several together:

    curl -s localhost:8080/_mock/mint -H 'Content-Type: application/json' -d '{"edgeCases":["exp-past"]}'
    mock-okta-xaa mint --edge-case exp-past

The same rows over HTTP: \`GET /_mock/edge-cases\`, with \`group\`, \`level\`, \`severity\`, \`verdict\` and \`q\`. How to add
your own: [recipes.md](recipes.md).`;

const COLUMNS = `- *answers*: those that are right, the best first: \`ok\`, an OAuth error code, or an HTTP status. Where \`ok\` is
  among others, either is right.
- *level*: how strongly it is demanded. *severity*: how bad it is to answer otherwise.
- *what*: **token** where the token itself is bent, **around** where something around it is: who presents it, what went
  before, what the org publishes, what the answer is looked at for. Minting gives the token and tells the rest; playing it
  is for whoever presents tokens.
- *needs*: what only you know, and give with the request (\`given\`, \`keys\`).
- *source*: document and section; of a proposal, its subject.

A row about another user moves \`sub\` and \`email\` together and takes \`sub_id\` away, so that a server that finds its users by
another of them is not misjudged; where the row is about a mismatch between them, it says so.`;

const HEAD = ['edge case', 'differs', 'catches', 'answers', 'level', 'severity', 'what', 'needs', 'source'];

function what(row: EdgeCase): string {
  const bent = Object.keys(tokenEditsOf(row)).length > 0;
  const around = Object.keys(situationOf(row)).length > 0;
  return [bent && 'token', around && 'around'].filter(Boolean).join(', ');
}

function cells(row: EdgeCase): readonly string[] {
  return [
    `<a id="${row.name}"></a>${code(row.name)}`,
    ...[row.differs, row.note, row.expect.map(code).join(' '), row.level, row.severity, what(row)],
    ...[needsOf(row).map(code).join(' '), row.source.join('; ')],
  ];
}

const groupsWithRows = (rows: readonly EdgeCase[]) =>
  (Object.keys(GROUPS) as Group[]).filter((group) => rows.some((row) => row.group === group));

function counts(rows: readonly EdgeCase[], missing: readonly NotExpressed[]): string {
  const lines = groupsWithRows(rows).map((group) => {
    const own = rows.filter((row) => row.group === group);
    const of = (verdict: string) => String(own.filter((row) => verdictOf(row) === verdict).length);
    const left = missing.filter((one) => one.group === group).length;
    const { lines: listed, ids } = CATALOGUED[group as keyof typeof CATALOGUED];
    return [
      group,
      GROUPS[group],
      String(listed),
      String(ids),
      String(own.length),
      String(left),
      of('accept'),
      of('reject'),
      of('either'),
    ];
  });
  const sum = (at: number) => String(lines.reduce((total, line) => total + Number(line[at]), 0));
  const total = ['', 'all', ...[2, 3, 4, 5, 6, 7, 8].map(sum)];
  const head = [
    'group',
    '',
    'lines of our list',
    'ids in it',
    'rows here',
    'not expressed',
    'accept',
    'reject',
    'either',
  ];
  return table(head, [...lines, total]);
}

const NOT_EXPRESSED = `The ids of our list that no row stands for, and why. Some rows are data that nothing plays yet: where *what* says
**around**, minting gives the token and tells what belongs to it.`;

function missingTable(missing: readonly NotExpressed[]): string {
  if (missing.length === 0) return 'None: each id has a row.';
  return table(
    ['id', 'group', 'why'],
    missing.map(({ id, group, why }) => [code(id), group, why]),
  );
}

const meanings = (words: Readonly<Record<string, string>>, head = 'word') =>
  table(
    [head, 'meaning'],
    Object.entries(words).map(([word, meaning]) => [code(word), meaning]),
  );

const formMeanings = Object.fromEntries(
  Object.entries(FORMS).map(([name, form]) => [name, form.description as string]),
);

const WORDS: readonly (readonly [title: string, words: Readonly<Record<string, string>>])[] = [
  ['`verdict`', VERDICTS],
  ['`level`', LEVELS],
  ['`severity`', SEVERITIES],
  ['`{name}` in a text', VALUES],
  ['`{name:…}`: respelled', TRANSFORMS],
  ['`{"$…": …}` as a value', formMeanings],
  ['`sign`: who signs', SIGNERS],
  ['`signature`: what becomes of it', SIGNATURES],
  ['`shape`: the form of the token', SHAPES],
  ['`request.client`: who presents it', CLIENTS],
  ['`request.at`: where', PLACES],
  ['`meanwhile`: between earlier tokens and this one', MEANWHILE],
  ['`idp.jwks`: what becomes of the key set', KEY_SETS],
  ['`idp.metadata`', METADATA],
  ['`checks`: what the answer is looked at for', CHECKS],
  ['`requires`: the server', CONDITIONS],
];

function vocabulary(): readonly string[] {
  const kinds = `\`token\` is one of ${TOKEN_KINDS.map(code).join(', ')}. The whole schema: [edge-case.schema.json](edge-case.schema.json).`;
  return [
    '## The words of a row',
    `A row says in words what is done to a good token. ${kinds}`,
    ...WORDS.flatMap(([title, words]) => [`### ${title}`, meanings(words)]),
  ];
}

export function edgeCasesDocument(rows: readonly EdgeCase[], missing: readonly NotExpressed[]): string {
  const sections = groupsWithRows(rows).flatMap((group) => [
    `## ${group}. ${GROUPS[group]}`,
    table(HEAD, rows.filter((row) => row.group === group).map(cells)),
  ]);
  return document(
    ...['# Edge cases', PRINTED, INTRODUCTION, '## How many', counts(rows, missing)],
    ...['### Not expressed', NOT_EXPRESSED, missingTable(missing), '## How to read a row', COLUMNS],
    ...sections,
    ...vocabulary(),
  );
}
