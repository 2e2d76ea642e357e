/** docs/saml-edge-cases.md: every way in which a SAML response or assertion can be minted wrong, and what it should come to. */
import { SAML_GROUPS, type SamlEdgeCase } from '../src/edge-cases/saml/saml-edge-case.js';
import { code, document, PRINTED, table } from './print-markdown.js';

const INTRODUCTION = `Every way we know in which a SAML response, or the assertion in it, can be wrong: by name, with what a service
provider should make of it. Good ones stand among them. For testing only.

    mock-okta-xaa mint --saml-edge-case saml-xsw3 --application Claude --user alice@example.com
    curl -s localhost:8080/_mock/mint-saml -H 'Content-Type: application/json' -d '{"edgeCase":"saml-xsw3"}'

What comes back is what is sent: base64, as SAMLResponse, or with \`--token saml-assertion\` the assertion alone, as
subject_token. \`--request-id\` says which AuthnRequest it answers, \`--recipient\` where it is sent. Over HTTP,
\`assertion\` and \`response\` patch what they say. \`GET /_mock/saml-edge-cases\` lists the rows.

- *verdict*: **reject** refuse it; **accept** sign the user in; **either** both are right, as long as nobody is signed in but
  whom *signs in* names.
- The *victim* is another user, whom an attacker would like to be.`;

const HEAD = ['edge case', 'differs', 'catches', 'verdict', 'signs in', 'level', 'severity', 'source'];

function whom({ verdict, acceptedAs = '{nameId}' }: SamlEdgeCase): string {
  return verdict === 'reject' ? 'nobody' : code(acceptedAs);
}

const cells = (row: SamlEdgeCase): readonly string[] => [
  `<a id="${row.name}"></a>${code(row.name)}`,
  ...[row.differs, row.note, row.verdict, whom(row), row.level, row.severity, row.source.join('; ')],
];

export function samlEdgeCasesDocument(rows: readonly SamlEdgeCase[]): string {
  const groups = Object.entries(SAML_GROUPS).flatMap(([group, title]) => [
    `## ${group}. ${title}`,
    table(HEAD, rows.filter((row) => row.group === group).map(cells)),
  ]);
  return document('# Edge cases of SAML', PRINTED, INTRODUCTION, ...groups);
}
