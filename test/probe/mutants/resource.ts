/** Mutants of what is granted: resource, scope, authorization details, and the binding to a key. */
import { sameResource } from '../../../examples/resource-app/checks.js';
import { before, claim, instead, type Mutant, without } from './mutant.js';

const RESOURCE = 'resource-own';
const ALL = 'mcp:read mcp:write mcp:list';
const scope = (change: (scope: unknown, requested: string | undefined) => unknown) =>
  before('scope-syntax', (idJag, { requestedScope }) =>
    claim(idJag, { scope: change(idJag.claims.scope, requestedScope) }),
  );

export const RESOURCES: readonly Mutant[] = [
  {
    name: 'resource-ignored',
    defect: 'It never looks at resource.',
    killedBy: ['resource-foreign', 'resource-relative', 'resource-fragment', 'resource-prefix-sibling'],
    edits: [without(RESOURCE)],
  },
  {
    name: 'resource-by-prefix',
    defect: 'It asks whether resource begins with its own.',
    killedBy: ['resource-prefix-sibling', 'resource-fragment'],
    edits: [
      instead(RESOURCE, ({ claims: { resource } }, { mcpUrl }) => {
        return resource === undefined || [resource].flat().some((one) => String(one).startsWith(mcpUrl));
      }),
    ],
  },
  {
    name: 'resource-resolved',
    defect: 'It resolves resource against its own address, and forgets the fragment.',
    killedBy: ['resource-relative', 'resource-fragment'],
    edits: [
      instead(RESOURCE, ({ claims: { resource } }, { mcpUrl }) => {
        const spelled = (one: unknown) => new URL(String(one), mcpUrl).href.replace(/#.*/, '');
        return resource === undefined || [resource].flat().some((one) => spelled(one) === mcpUrl);
      }),
    ],
  },
  {
    name: 'empty-list-of-resources-taken',
    defect: 'It asks that every resource of the list be its own, and in an empty list all are.',
    killedBy: ['resource-array-empty'],
    edits: [
      without('optional-claims-typed'),
      instead(RESOURCE, ({ claims: { resource } }, { mcpUrl }) => {
        const list = [resource ?? mcpUrl].flat();
        return list.length === 0 || list.some((one) => sameResource(one, mcpUrl));
      }),
    ],
  },
  {
    name: 'resource-flattened',
    defect: 'It makes a text of resource, which loses the lists around it.',
    killedBy: ['resource-not-string'],
    edits: [
      without('optional-claims-typed'),
      instead(RESOURCE, ({ claims: { resource } }, { mcpUrl }) =>
        String(resource ?? mcpUrl)
          .split(',')
          .includes(mcpUrl),
      ),
    ],
  },
  {
    name: 'resource-only-as-text',
    defect: 'It looks resource up as it stands, and finds nothing under a list.',
    killedBy: ['ok-resource-array-single', 'ok-resource-array-all-own'],
    edits: [instead(RESOURCE, ({ claims }, { mcpUrl }) => claims.resource === undefined || claims.resource === mcpUrl)],
  },
  {
    name: 'last-resource-only',
    defect: 'Of several resources it keeps the last.',
    killedBy: ['ok-resource-array-all-own'],
    edits: [
      instead(
        RESOURCE,
        ({ claims: { resource } }, { mcpUrl }) => resource === undefined || [resource].flat().at(-1) === mcpUrl,
      ),
    ],
  },
  {
    name: 'scope-widened',
    defect: 'It grants the scopes that the request asks for, whatever the token says.',
    killedBy: ['scope-widening'],
    edits: [scope((claimed, requested) => requested ?? claimed)],
  },
  {
    name: 'requested-scope-ignored',
    defect: 'It grants all scopes of the token, also where the request asks for fewer.',
    killedBy: ['ok-request-scope-subset'],
    edits: [before('scope-syntax', (_idJag, context) => void Object.assign(context, { requestedScope: undefined }))],
  },
  {
    name: 'scp-for-want-of-scope',
    defect: 'It reads scp, as access tokens have it, where there is no scope.',
    killedBy: ['scope-scp-claim'],
    edits: [
      before('scope-syntax', (idJag) => {
        const { scope, scp } = idJag.claims;
        if (scope === undefined && Array.isArray(scp)) claim(idJag, { scope: scp.join(' ') });
      }),
    ],
  },
  {
    name: 'default-scopes',
    defect: 'Where it knows none of the scopes it grants its default ones.',
    killedBy: ['scope-unknown-only'],
    edits: [scope((claimed) => (String(claimed).includes('mcp:') ? claimed : ALL))],
  },
  {
    name: 'scope-repaired',
    defect: 'It drops the scopes that are no scopes, and grants the rest.',
    killedBy: ['scope-bad-chars'],
    edits: [
      scope((claimed) =>
        typeof claimed === 'string'
          ? claimed
              .split(' ')
              .filter((one) => /^[\w:]+$/.test(one))
              .join(' ')
          : claimed,
      ),
    ],
  },
  {
    name: 'privilege-granted',
    defect: 'It grants whatever scope the token names, without asking what the user may do.',
    killedBy: ['scope-privileged-unassigned'],
    app: { scopes: ['mcp:read', 'mcp:write', 'mcp:list', 'mcp:admin'] },
  },
  {
    name: 'details-ignored',
    defect: 'It cannot enforce authorization_details, and leaves them out.',
    killedBy: ['rar-unsupported-ras'],
    edits: [without('no-authorization-details')],
  },
  {
    name: 'binding-ignored',
    defect: 'It never looks at cnf, and issues a bearer token for one that is bound to a key.',
    killedBy: ['cnf-no-proof', 'cnf-other-key', 'cnf-unsupported-ras', 'cnf-unknown-method', 'cnf-malformed'],
    edits: [without('no-cnf')],
  },
];
