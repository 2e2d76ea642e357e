/** Mutants of the subject: who the user is, by what the server finds them, and whom it lets in besides. */
import { before, claim, instead, type Mutant, orElse, without } from './mutant.js';
import { BY_SAML, CLIENT, OTHER_USER, USER } from './playing.js';

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

const READABLE = ['sub-id-present', 'sub-id-well-formed', 'sub-id-issuer-linked', 'sub-id-not-transient'] as const;
const NAMES_THE_SUBJECT = 'sub-id-names-the-subject';

type Claim = Readonly<Record<string, unknown>>;

/** The user of a sub_id by some of its members. */
const named = (isRight: (subId: Claim) => boolean) =>
  function passes({ claims }: { readonly claims: Claim }): boolean {
    const subId = claims.sub_id as Claim | undefined;
    return claims.sub === USER.sub && subId?.nameid === USER.email && isRight(subId);
  };
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

/** What one or another member of a name is not compared for. */
const looser = (isRight: (subId: Claim) => boolean) => [
  orElse('sub-id-known', named(isRight)),
  orElse(NAMES_THE_SUBJECT, named(isRight)),
];

/** Mutants of a server that people sign in to by SAML. */
export const SAML_SUBJECT: readonly Mutant[] = [
  {
    name: 'sub-id-ignored',
    defect: 'It knows its users by SAML, and goes by sub alone all the same.',
    killedBy: ['sub-id-missing-required', 'sub-id-unlinked-issuer', 'sub-id-names-other-user', 'sub-id-no-nameid'],
    edits: [without(...READABLE, 'sub-id-known', NAMES_THE_SUBJECT)],
    probe: BY_SAML,
  },
  {
    name: 'sub-id-by-nameid-alone',
    defect: 'It compares the letters of the name, and no other member of sub_id.',
    killedBy: ['sub-id-unlinked-issuer', 'sub-id-nameid-only', 'sub-id-other-sp', 'sub-id-no-issuer'],
    edits: [
      instead('sub-id-well-formed', ({ claims }) => typeof (claims.sub_id as Claim).nameid === 'string'),
      without('sub-id-issuer-linked', 'sub-id-not-transient'),
      ...looser(() => true),
    ],
    probe: BY_SAML,
  },
  {
    name: 'saml-issuer-not-compared',
    defect: 'It takes whichever SAML issuer sub_id names for the one that is linked to iss.',
    killedBy: ['sub-id-foreign-issuer', 'sub-id-unlinked-issuer'],
    edits: [without('sub-id-issuer-linked'), ...looser((subId) => subId.nameid_format === EMAIL)],
    probe: BY_SAML,
  },
  {
    name: 'nameid-format-not-compared',
    defect: 'It has no column for the format of a NameID.',
    killedBy: ['sub-id-nameid-only'],
    edits: looser((subId) => subId.sp_name_qualifier === undefined),
    probe: BY_SAML,
  },
  {
    name: 'sp-name-qualifier-ignored',
    defect: 'It does not look at whose service provider the name was made up for.',
    killedBy: ['sub-id-other-sp'],
    edits: looser((subId) => subId.nameid_format === EMAIL),
    probe: BY_SAML,
  },
  {
    name: 'sub-id-of-another-user',
    defect: 'It finds the user by sub_id and never asks whether sub is the same person.',
    killedBy: ['sub-id-names-other-user'],
    edits: [without(NAMES_THE_SUBJECT)],
    probe: BY_SAML,
  },
  {
    name: 'saml-format-by-the-prose',
    defect: 'It knows the format of sub_id by the spelling of a guide, too.',
    killedBy: ['sub-id-underscore-format'],
    edits: [
      before('sub-id-well-formed', (idJag) => {
        const subId = idJag.claims.sub_id as Claim;
        if (subId.format === 'saml_nameid') claim(idJag, { sub_id: { ...subId, format: 'saml-nameid' } });
      }),
    ],
    probe: BY_SAML,
  },
];
