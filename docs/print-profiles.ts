/** docs/profiles.md: how a profile is chosen, and where the two differ. */
import type { DIFFERENCES, LATER_DIFFERENCES } from '../src/protocol/profile.js';
import { document, PRINTED, sourceWords, table } from './print-markdown.js';

const INTRODUCTION = `A real Okta org and the drafts do not agree in everything. An org has one of two profiles:
\`okta\`, the default, answers as a real org does; \`draft\` answers as the ID-JAG draft and the RFCs under it say. A
client should get along with both.`;

const CHOICE = `- on the command line: \`--profile draft\`;
- in the environment: \`XAA_PROFILE=draft\`;
- in the org file: \`"org": { "settings": { "profile": "draft" } }\`;
- inside a test: \`start({ profile: 'draft' })\`.

The flag wins over the variable, and either over the org file.`;

const SAME = `- \`resource\` may be left out; the ID-JAG then has none.
- \`audience\` is compared to the byte, with the Issuer URL of the resource.
- \`aud\` of the ID-JAG is one string.
- An ID-JAG lives for 300 seconds.
- One slash more or less behind a bare origin in \`resource\` is tolerated. The claim has the form that is configured.
- An ID-JAG that grants no scope is not redeemed at a custom server, though the draft would allow it.
- Whether \`email\` is in the ID-JAG goes by the scope of the sign-in, but after a SAML sign-in, which always releases it; for
  a custom authorization server it never is.`;

export function profilesDocument(differences: typeof DIFFERENCES, later: typeof LATER_DIFFERENCES): string {
  const rows = Object.values(differences).map(({ what, okta, draft, source }) => [
    ...[what, okta.words, draft.words],
    sourceWords(source),
  ]);
  const missing = later.map((one) => `- ${one.what}. Comes with ${one.with}.`).join('\n');
  return document(
    ...['# Profiles', PRINTED, INTRODUCTION, '## How to choose', CHOICE],
    ...['## The differences', 'The source is that of the side that is not Okta’s.'],
    table(['what', '`okta`', '`draft`', 'source'], rows),
    ...['## Not yet', missing, '## The same in both', SAME],
  );
}
