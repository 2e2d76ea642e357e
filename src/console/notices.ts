/** What a page says was done. The address of the page names it, so that nobody can put words of their own there. */

export const DONE = {
  saved: 'Saved.',
  created: 'Created.',
  deleted: 'Deleted.',
  'application-created': 'Application created. It is active: say who may use it on its tab Assignments.',
  'application-activated': 'Application activated, with the AI agent that is one client with it, if there is one.',
  'application-deactivated':
    'Application deactivated, with the AI agent that is one client with it, if there is one: sign-ins and exchanges for it are refused.',
  'application-deleted': 'Application deleted, with its assignments and the tokens that it was given.',
  'saml-settings-saved': 'SAML Settings saved. The next assertion and the next ID-JAG are made by them.',
  'xaa-saved': 'Saved. Exchanges go by it from now on.',
  'xaa-saved-broken':
    'Saved. The Issuer URL is another than that of the resource connections marked as broken: delete each, and add it again.',
  'person-assigned': 'Person assigned.',
  'person-unassigned': 'Assignment of the person removed.',
  'user-name-saved':
    'User name saved, in an assignment of the person’s own: the application knows the person by it from now on.',
  'group-assigned': 'Group assigned: its members have the application.',
  'group-unassigned': 'Assignment of the group removed.',
  'key-added': 'Public key added. It is active.',
  'credential-activated': 'Credential activated.',
  'credential-deactivated': 'Credential deactivated: what it signs or proves is refused.',
  'credential-deleted': 'Credential deleted.',
  'person-added': 'Person added.',
  'person-activated': 'Person activated.',
  'person-reactivated': 'Activation begun anew. No email is sent here: set a password below.',
  'person-deactivated': 'Person deactivated: sessions have ended, and exchanges for this person are refused.',
  'person-suspended': 'Person suspended: sessions have ended, and exchanges for this person are refused.',
  'person-unsuspended': 'Person unsuspended. The person has to sign in anew.',
  'person-unlocked': 'Person unlocked.',
  'password-reset': 'Password reset. No email is sent here: set a new one below.',
  'password-expired': 'Password expired: set a new one below.',
  'person-deleted': 'Person deleted, with memberships, assignments, sessions and tokens.',
  'password-set': 'Password set.',
  'sessions-ended': 'Sessions ended: ID tokens that came from them can be exchanged no more.',
  'sessions-and-tokens-ended': 'Sessions ended, and access tokens and refresh tokens revoked.',
  'group-joined': 'Added to the group.',
  'group-left': 'Removed from the group.',
  'group-added': 'Group added. Add people to it.',
  'group-deleted': 'Group deleted. Its members have lost what they had by it only.',
} as const;
export type Done = keyof typeof DONE;
