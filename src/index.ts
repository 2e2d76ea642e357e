/** The library's door: what a test or a program of one's own may use. */
export type { Minted } from './control/mint.js';
export type { MintRequestInput } from './control/mint-request.js';
export { ProbeFailure, type Probing } from './driven-probe.js';
export type { EdgeCaseInput } from './edge-cases/edge-case.js';
export { RequestError } from './in-process.js';
export type { ProbeOptionsInput } from './probe/options.js';
export type { Report, Result } from './probe/report.js';
export { probe } from './probing.js';
export type { Explanation } from './ras/explain.js';
export { explainIdJag } from './ras/explain.js';
export type { OrgFileInput } from './registry/org-file.js';
export { type RunningOrg, type StartOptions, start } from './start.js';
export { StartFailure } from './start-failure.js';
