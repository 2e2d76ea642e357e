/** An edge case of SAML: one way in which a response or an assertion can be wrong, or right against expectation. A row. */
import * as z from 'zod';
import { EdgeCaseName, LEVELS, SEVERITIES, VERDICTS } from '../edge-case.js';
import { oneOf } from '../one-of.js';
import { SamlEdits } from './saml-edits.js';

export const SAML_GROUPS = {
  S0: 'Good controls, and where either answer is right',
  S1: 'Signature',
  S2: 'Wrapped signatures and forged assertions',
  S3: 'Time',
  S4: 'Issuer, audience and recipient',
  S5: 'Subject',
  S6: 'Structure and hostile XML',
} as const;

const sentence = z.string().min(5).max(400);

export const SamlEdgeCase = z
  .strictObject({
    name: EdgeCaseName,
    group: oneOf(SAML_GROUPS),
    verdict: oneOf(VERDICTS),
    level: oneOf(LEVELS),
    severity: oneOf(SEVERITIES),
    source: z.array(z.string().regex(/^.{3,}, .{3,}$/)).min(1),
    differs: sentence.describe('In what it differs from a good one.'),
    note: sentence.describe('The real bug that it catches.'),
    /** Where it may be accepted at all: as this NameID, and no other. Default: the user’s. */
    acceptedAs: z.string().optional(),
  })
  .extend(SamlEdits.shape)
  .superRefine((row, context) => {
    if (row.verdict === 'reject' && Object.keys(samlEditsOf(row)).length === 0) {
      context.addIssue({
        code: 'custom',
        path: ['verdict'],
        message: 'refuses a good assertion: the row changes nothing',
      });
    }
  });
export type SamlEdgeCase = z.infer<typeof SamlEdgeCase>;
/** As a person writes it. */
export type SamlEdgeCaseInput = z.input<typeof SamlEdgeCase>;

const EDIT_NAMES = Object.keys(SamlEdits.shape) as (keyof SamlEdits)[];

/** The edits alone. */
export function samlEditsOf(row: SamlEdits): SamlEdits {
  return Object.fromEntries(EDIT_NAMES.filter((name) => row[name] !== undefined).map((name) => [name, row[name]]));
}

/** The edge cases of SAML that come with the program, by name; loaded only when somebody asks. */
export async function shippedSamlEdgeCases(): Promise<ReadonlyMap<string, SamlEdgeCase>> {
  const { SAML_ROWS } = await import('./saml-rows.js');
  return new Map(SAML_ROWS.map((row) => [row.name, SamlEdgeCase.parse(row)]));
}
