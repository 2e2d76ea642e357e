/** Every collection an org keeps in its store: the registry, what the control API sets, and what its sign-ins, grants and operations leave behind. */
import { samlSessions } from './access/saml-sessions.js';
import { agentOperations } from './admin/operations.js';
import { sessionTokens } from './authorization/sessions.js';
import { signIns } from './authorization/sign-in-transaction.js';
import { codes, grants, refreshTokens, sessions, spentAssertions } from './grants/records.js';
import type { AnyCollection } from './registry/collection.js';
import { REGISTRY, SET_WHILE_RUNNING } from './registry/org-records.js';

export const COLLECTIONS: readonly AnyCollection[] = [
  ...REGISTRY,
  ...SET_WHILE_RUNNING,
  grants,
  refreshTokens,
  codes,
  sessions,
  spentAssertions,
  sessionTokens,
  signIns,
  samlSessions,
  agentOperations,
];
