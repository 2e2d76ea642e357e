/** What a page says was done. The address of the page names it, so that nobody can put words of their own there. */

export const DONE = {
  saved: 'Saved.',
  created: 'Created.',
  deleted: 'Deleted.',
  'agent-registered':
    'AI agent registered. It is STAGED: go through its tabs until every checkmark is green, then Actions > Activate.',
  'agent-activated': 'AI agent activated successfully.',
  'agent-activated-hollow': 'AI agent activated. Not every checkmark is green: see below what may be refused.',
  'agent-deactivated': 'AI agent deactivated: its very next exchange is refused.',
  'agent-deleted': 'AI agent deleted, with its credentials, callers and resource connections.',
  'owners-assigned': 'Owners assigned.',
  'owner-removed': 'Owner removed.',
  'key-added': 'Public key added. It is active.',
  'credential-activated': 'Credential activated.',
  'credential-deactivated': 'Credential deactivated: what it signs or proves is refused.',
  'credential-deleted': 'Credential deleted.',
  'uri-saved': 'JWKS URI saved.',
  'uri-removed': 'JWKS URI removed.',
  'caller-added': 'Caller added: its sign-ins can be exchanged by the agent.',
  'caller-removed': 'Caller removed: its sign-ins are exchanged no more.',
  'connection-added': 'Resource connection added. It is active.',
  'connection-saved': 'Resource connection saved.',
  'connection-activated': 'Resource connection activated.',
  'connection-deactivated': 'Resource connection deactivated: exchanges for it are refused.',
  'connection-deleted': 'Resource connection deleted.',
  'exchanges-cleared': 'All kept exchanges were forgotten. The System Log keeps its events.',
  'exchanged-again':
    'The exchange was carried out again, with a fresh subject token, as things are now. This is the record of the new one.',
} as const;
export type Done = keyof typeof DONE;
