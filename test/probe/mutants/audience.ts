/** Mutants of the audience: whether aud is compared, with what, and how. */
import type { CheckContext } from '../../../examples/resource-app/checks.js';
import { instead, type Mutant, orElse, without } from './mutant.js';

type Question = (aud: unknown, context: CheckContext) => boolean;
const AUD = 'aud-own-issuer';
const audience = (is: Question) => [instead(AUD, ({ claims }, context) => is(claims.aud, context))];
const orAudience = (is: Question) => [orElse(AUD, ({ claims }, context) => is(claims.aud, context))];

const listOf = (aud: unknown): readonly unknown[] => (Array.isArray(aud) ? aud : [aud]);

const hostOf = (url: unknown) => (URL.canParse(String(url)) ? new URL(String(url)).hostname : '');

export const AUDIENCE: readonly Mutant[] = [
  {
    name: 'audience-unchecked',
    defect: 'It never looks at aud.',
    killedBy: ['aud-other-ras', 'aud-missing', 'aud-idp', 'aud-array-empty'],
    edits: [without(AUD)],
  },
  {
    name: 'audience-among-others',
    defect: 'It is content when it finds itself among several audiences.',
    killedBy: ['aud-array-two', 'aud-array-duplicate'],
    edits: audience((aud, { issuer }) => listOf(aud).includes(issuer)),
  },
  {
    name: 'audience-by-prefix',
    defect: 'It asks whether aud begins with its issuer.',
    killedBy: ['aud-token-endpoint', 'aud-resource'],
    edits: audience((aud, { issuer }) => String(aud).startsWith(issuer)),
  },
  {
    name: 'audience-by-beginning-of-host',
    defect: 'It asks whether the host of aud begins with its own.',
    killedBy: ['aud-prefix'],
    edits: audience((aud, { issuer }) => hostOf(aud).startsWith(hostOf(issuer))),
  },
  {
    name: 'audience-by-substring',
    defect: 'It asks whether its issuer stands anywhere in aud.',
    killedBy: ['aud-substring'],
    edits: audience((aud, { issuer }) => String(aud).includes(issuer)),
  },
  {
    name: 'audience-wildcard',
    defect: 'An aud of * is for everybody.',
    killedBy: ['aud-wildcard'],
    edits: orAudience((aud) => aud === '*'),
  },
  {
    name: 'audience-is-the-token-endpoint',
    defect: 'It takes its token endpoint for an audience, as for client assertions.',
    killedBy: ['aud-token-endpoint'],
    edits: orAudience((aud, { issuer }) => aud === `${issuer}/token`),
  },
  {
    name: 'audience-is-the-resource',
    defect: 'It takes tokens for its resource, as the resource itself would.',
    killedBy: ['aud-resource'],
    edits: orAudience((aud, { mcpUrl }) => aud === mcpUrl),
  },
  {
    name: 'audience-is-the-client',
    defect: 'It takes the client id for an audience, as in ID tokens.',
    killedBy: ['aud-client-id'],
    edits: orAudience((aud, { clientId }) => aud === clientId),
  },
  {
    name: 'audience-is-the-issuer',
    defect: 'It takes the identity provider for an audience.',
    killedBy: ['aud-idp'],
    edits: orAudience((aud, { trustedIssuer }) => aud === trustedIssuer),
  },
  {
    name: 'audience-alias',
    defect: 'It goes by a name of its own besides its issuer.',
    killedBy: ['aud-alias-urn'],
    edits: orAudience((aud) => aud === 'urn:example:resource-app'),
  },
  {
    name: 'missing-audience-taken',
    defect: 'It compares aud only where there is one.',
    killedBy: ['aud-missing', 'aud-null'],
    edits: orAudience((aud) => aud === undefined || aud === null),
  },
  {
    name: 'empty-audience-taken',
    defect: 'It asks that every audience be its own, of which there are none in an empty list.',
    killedBy: ['aud-array-empty', 'aud-array-duplicate'],
    edits: audience((aud, { issuer }) => listOf(aud).every((one) => one === issuer)),
  },
  {
    name: 'audience-flattened',
    defect: 'It makes a text of aud before it compares, which loses the lists around it.',
    killedBy: ['aud-array-non-string'],
    edits: audience((aud, { issuer }) => String(aud) === issuer),
  },
  {
    name: 'audience-in-an-object',
    defect: 'It reads any object for the values in it.',
    killedBy: ['aud-object'],
    edits: orAudience((aud, { issuer }) => Object.values(Object(aud)).join() === issuer),
  },
  {
    name: 'odd-audience-breaks-it',
    defect: 'It calls aud.includes() on whatever aud is.',
    killedBy: ['aud-number', 'aud-null', 'aud-object', 'aud-missing'],
    edits: audience((aud, { issuer }) => (aud as string[]).includes(issuer)),
  },
  {
    name: 'audience-only-as-text',
    defect: 'It turns away the issuers whose library writes aud as a list.',
    killedBy: ['ok-aud-array-single'],
    edits: audience((aud, { issuer }) => aud === issuer),
  },
];
