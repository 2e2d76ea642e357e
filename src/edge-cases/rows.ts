/** Every row that comes with the program, in the order of the groups. */
import type { EdgeCaseInput } from './edge-case.js';
import { CONTROLS } from './rows/a0-controls.js';
import { EITHER_WAY } from './rows/a0-either-way.js';
import { HEADER } from './rows/a1-header.js';
import { SIGNATURE } from './rows/a1-signature.js';
import { TIME } from './rows/a2-time.js';
import { AUDIENCE } from './rows/a3-audience.js';
import { ISSUER } from './rows/a3-issuer.js';
import { CLIENT } from './rows/a4-client.js';
import { SUBJECT } from './rows/a5-subject.js';
import { TENANT } from './rows/a5-tenant.js';
import { ANSWER_DUTIES } from './rows/a6-answer.js';
import { RESOURCE } from './rows/a6-resource.js';
import { REPLAY } from './rows/a7-replay.js';
import { STRUCTURE } from './rows/a8-structure.js';
import { KEYS } from './rows/a9-keys.js';
import { OTHER_TOKENS } from './rows/a10-token-kinds.js';
import { REQUEST } from './rows/a11-request.js';
import { POSSESSION } from './rows/a12-possession.js';

export const ROWS: readonly EdgeCaseInput[] = [
  ...[...CONTROLS, ...EITHER_WAY],
  ...[...SIGNATURE, ...HEADER, ...TIME],
  ...[...ISSUER, ...AUDIENCE, ...CLIENT],
  ...[...SUBJECT, ...TENANT, ...RESOURCE, ...ANSWER_DUTIES],
  ...[...REPLAY, ...STRUCTURE, ...KEYS, ...OTHER_TOKENS],
  ...[...REQUEST, ...POSSESSION],
];
