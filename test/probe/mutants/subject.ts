/** Mutants of the subject: who the user is, by what the server finds them, and whom it lets in besides. */
import { before, claim, instead, type Mutant, orElse, without } from './mutant.js';
import { CLIENT, OTHER_USER, USER } from './playing.js';

interface Act {
  readonly sub: string;
  readonly sub_profile?: string;
}

const USERS = [USER, OTHER_USER];
const KNOWN = 'subject-known';

/** The user whom the server takes a token to be about. */
const found = (find: (claims: Readonly<Record<string, unknown>>) => { sub: string } | undefined) =>
  before('sub-present', (idJag) => {
    const user = find(idJag.claims);
    if (user) claim(idJag, { sub: user.sub });
  });

/** What a database does that folds letters together. */
const folded = (sub: unknown) => String(sub).replace(/[^\x21-\x7e]/g, '');

export const SUBJECT: readonly Mutant[] = [
  {
    name: 'user-by-email',
    defect: 'It finds its users by email address, and by sub only for want of one.',
    killedBy: ['sub-email-swap'],
    edits: [found(({ email }) => USERS.find((user) => user.email === email))],
  },
  {
    name: 'email-for-want-of-sub',
    defect: 'It finds by email address whom it does not find by sub.',
    killedBy: ['sub-missing', 'sub-empty'],
    edits: [found(({ sub, email }) => (sub ? undefined : USERS.find((user) => user.email === email)))],
  },
  {
    name: 'sub-trimmed',
    defect: 'It takes blanks off sub before it looks for the user.',
    killedBy: ['sub-whitespace'],
    edits: [found(({ sub }) => USERS.find((user) => user.sub === String(sub).trim()))],
  },
  {
    name: 'sub-in-any-case',
    defect: 'Its database compares texts without regard to case.',
    killedBy: ['sub-case'],
    edits: [found(({ sub }) => USERS.find((user) => user.sub.toLowerCase() === String(sub).toLowerCase()))],
  },
  {
    name: 'lookalikes-folded',
    defect: 'Its database overlooks letters that cannot be seen, or are of another script.',
    killedBy: ['sub-unicode'],
    edits: [
      found(({ sub }) => USERS.find((user) => folded(user.sub).replace(/o/g, '') === folded(sub).replace(/o/g, ''))),
    ],
  },
  {
    name: 'sub-as-query',
    defect: 'It hands sub to its database as it is, and an object there is a query that finds the first user.',
    killedBy: ['sub-not-string'],
    edits: [found(({ sub }) => (typeof sub === 'object' ? USER : undefined))],
  },
  {
    name: 'unknown-users-let-in',
    defect: 'It makes an account for whomever a token names, though nobody provisioned that user.',
    killedBy: ['sub-unknown', 'email-foreign-domain', 'sub-deprovisioned'],
    app: { users: undefined },
  },
  {
    name: 'former-users-let-in',
    defect: 'It looks for the user among those that are switched off as well.',
    killedBy: ['sub-deprovisioned'],
    edits: [orElse(KNOWN, ({ claims }) => claims.sub === '00uProbe000000000003')],
  },
  {
    name: 'acts-as-the-agent',
    defect: 'It signs in the one who acts in place of the one for whom they act.',
    killedBy: ['act-as-subject'],
    edits: [found(({ act }) => USERS.find(({ sub }) => sub === (act as { sub?: string } | undefined)?.sub))],
  },
  {
    name: 'act-taken-for-the-user',
    defect: 'It reads the sub of an agent that acts as the subject, and knows no such user.',
    killedBy: ['ok-act'],
    edits: [found(({ act }) => ((act as Act | undefined)?.sub_profile === 'ai_agent' ? (act as Act) : undefined))],
  },
  {
    name: 'client-as-user',
    defect: 'Clients have accounts of their own, which a token can name.',
    killedBy: ['sub-is-client-id'],
    edits: [without('sub-not-client'), orElse(KNOWN, ({ claims }) => claims.sub === CLIENT.id)],
  },
  {
    name: 'email-that-is-no-text-breaks-it',
    defect: 'It calls a method of texts on whatever email is.',
    killedBy: ['email-not-string'],
    edits: [
      without('optional-claims-typed'),
      before(KNOWN, ({ claims }) => (claims.email as string | undefined)?.toLowerCase()),
    ],
  },
  {
    name: 'email-needed',
    defect: 'It turns away users whose email address the issuer keeps to itself.',
    killedBy: ['ok-no-email'],
    edits: [before(KNOWN, ({ claims }) => claims.email !== undefined)],
  },
  {
    name: 'further-claims-refused',
    defect: 'Its schema allows no claim that it does not know.',
    killedBy: ['ok-unknown-claims'],
    edits: [instead('optional-claims-typed', ({ claims }) => !('groups' in claims))],
  },
];
