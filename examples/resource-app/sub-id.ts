/**
 * The other name of the user in an ID-JAG: `sub_id` in the format `saml-nameid`, which says who the user is to a server that
 * people sign in to by SAML. Which SAML issuer counts is configured here, and never taken from the token.
 */
import * as z from 'zod';

const text = z.string().min(1);

/** The NameID as the IdP sends it to this service provider. Every member of it is part of the name. */
const Name = z.strictObject({
  nameid: text,
  nameid_format: text.optional(),
  name_qualifier: text.optional(),
  sp_name_qualifier: text.optional(),
  sp_provided_id: text.optional(),
});
export type SamlName = z.infer<typeof Name>;

const SubId = Name.extend({ format: z.literal('saml-nameid'), issuer: text });
export type SubId = z.infer<typeof SubId>;

/** The claim, if it has the members of the format, all that it must have and no others. */
export function readSubId(claim: unknown): SubId | undefined {
  return SubId.safeParse(claim).data;
}

const MEMBERS = Name.keyof().options;

/** A name that is like another in its letters only is another one. */
export function isSameName(one: SamlName, other: SamlName): boolean {
  return MEMBERS.every((member) => one[member] === other[member]);
}

/** Good for one session: nobody can be known by it. */
export function isTransient({ nameid_format }: SamlName): boolean {
  return nameid_format === 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
}
