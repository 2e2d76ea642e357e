/** Every row of SAML that comes with the program, in the order of the groups. */
import { CONTENT } from './rows/content.js';
import { CONTROLS } from './rows/controls.js';
import { SIGNATURES } from './rows/signatures.js';
import { STRUCTURE } from './rows/structure.js';
import { WRAPPING } from './rows/wrapping.js';
import type { SamlEdgeCaseInput } from './saml-edge-case.js';

export const SAML_ROWS: readonly SamlEdgeCaseInput[] = [
  ...CONTROLS,
  ...SIGNATURES,
  ...WRAPPING,
  ...CONTENT,
  ...STRUCTURE,
];
