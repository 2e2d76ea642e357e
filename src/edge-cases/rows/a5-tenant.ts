/** Rows of A5, second half: of which tenant an ID-JAG speaks, at the issuer and at the server. */
import type { EdgeCaseInput } from '../edge-case.js';
import { SPEC } from '../specifications.js';

export const TENANT: readonly EdgeCaseInput[] = [
  {
    name: 'tenant-wrong',
    ...{ group: 'A5', level: 'MUST', severity: 'critical', expect: ['invalid_grant'] },
    source: [SPEC.tenants],
    differs: 'It comes from a tenant of the issuer that the server has no link with.',
    note: 'All tenants of such an issuer share its keys, so a server that looks at iss alone lets them all in.',
    claims: { set: { tenant: '{otherTenant}' } },
    requires: ['multi-tenant-issuer'],
  },
  {
    name: 'tenant-missing-multi',
    ...{ group: 'A5', level: 'SHOULD', severity: 'critical', expect: ['invalid_grant'] },
    source: [SPEC.tenants],
    differs: 'It comes from an issuer with many tenants and does not say from which.',
    note: 'A check of the form "if there is a tenant, compare it" is passed by leaving it away.',
    claims: { remove: ['tenant'] },
    requires: ['multi-tenant-issuer'],
  },
  {
    name: 'aud-tenant-wrong',
    ...{ group: 'A5', level: 'MUST', severity: 'critical', expect: ['invalid_grant'] },
    source: [SPEC.idJagClaims, SPEC.tenants],
    differs: 'It is for another tenant of the server than the one where its issuer and client are at home.',
    note: 'A server that switches to whatever aud_tenant says lets an org issue tokens for the data of its neighbour.',
    claims: { set: { aud_tenant: '{otherAudTenant}' } },
    requires: ['multi-tenant-ras'],
  },
  {
    name: 'aud-tenant-missing-multi',
    ...{ group: 'A5', level: 'MAY', severity: 'high', expect: ['invalid_grant', 'ok'] },
    source: [SPEC.idJagClaims],
    differs: 'It does not say which tenant of the server it is for, and the server has several.',
    note: 'A default tenant, kept from the days when there was one, receives the users of all others.',
    claims: { remove: ['aud_tenant'] },
    requires: ['multi-tenant-ras'],
  },
  {
    name: 'aud-tenant-not-string',
    ...{ group: 'A5', level: 'MUST', severity: 'medium', expect: ['invalid_grant'] },
    source: [SPEC.idJagClaims],
    differs: 'Its aud_tenant is the right tenant, wrapped in a list.',
    note: 'Many database libraries take a list for "any of these", so one token could name every tenant.',
    claims: { set: { aud_tenant: ['{audTenant}'] } },
    requires: ['multi-tenant-ras'],
  },
  {
    name: 'aud-sub-wrong',
    ...{ group: 'A5', level: 'MUST', severity: 'critical', expect: ['invalid_grant'] },
    source: [SPEC.idJagClaims],
    differs: 'Its sub is linked to one account at the server, and its aud_sub is the id of another.',
    note: 'A server that finds two accounts and quietly joins them gives one person the data of the other.',
    claims: { set: { aud_sub: '{otherAudSub}' } },
    requires: ['aud-sub'],
  },
  {
    name: 'aud-sub-without-tenant',
    ...{ group: 'A5', level: 'SHOULD', severity: 'high', expect: ['invalid_grant'] },
    source: [SPEC.idJagClaims, SPEC.tenants],
    differs: 'Its aud_sub is right, but without the tenant in which that id means this user.',
    note: 'Ids that are counted up within each tenant collide, and a search across all of them returns the oldest.',
    claims: { set: { aud_sub: '{audSub}' }, remove: ['aud_tenant'] },
    requires: ['multi-tenant-ras'],
  },
];
