/** Access policies and their rules in Okta's JSON: what is taken and what is answered. */
import * as z from 'zod';
import type { PolicyAt } from '../../admin/access-policies.js';
import type { RuleAt } from '../../admin/access-policy-rules.js';
import { REFRESH_TOKEN_LIFETIME } from '../../grants/records.js';
import type { Org } from '../../org.js';
import { GRANT_TYPE } from '../../protocol/urns.js';
import { Activity } from '../../registry/activity.js';
import { ApplicationGrantType } from '../../registry/application.js';
import { AccessPolicy, AccessPolicyRule } from '../../registry/authorization-server.js';
import { ACCESS_TOKEN_SECONDS } from '../../tokens/access-token.js';
import { Description, serverUrl } from './authorization-server-body.js';
import { lifecycleLink, link } from './links.js';

const standing = {
  priority: z.int().min(1).max(1000).nullish(),
  status: Activity.nullish(),
};
/** Strings of which a request may name many, such as client ids. */
const names = z.array(z.string().min(1).max(255)).max(500);

/** A standing that is null is one that is not asked for. */
const asked = <P, S>({ priority, status }: { priority?: P; status?: S }) => ({
  priority: priority ?? undefined,
  status: status ?? undefined,
});

export const PolicyRequest = z
  .object({
    type: z.literal('OAUTH_AUTHORIZATION_POLICY').optional(),
    name: AccessPolicy.shape.name,
    description: Description,
    conditions: z.object({ clients: z.object({ include: names }) }),
    ...standing,
  })
  .transform(({ name, description, conditions, ...rest }) => ({
    ...{ name, description, clients: conditions.clients.include },
    ...asked(rest),
  }));

/** Groups that mean everyone who may use the application. */
const EVERYONE = 'EVERYONE';
const NARROWS = 'narrows the rule to some people, which is not modelled: a rule here is for EVERYONE';
const none = z.array(z.unknown()).max(0, NARROWS).nullish();

const People = z.object({
  users: z.object({ include: none, exclude: none }).nullish(),
  groups: z.object({ include: z.array(z.literal(EVERYONE, NARROWS)).max(1).nullish(), exclude: none }).nullish(),
});

/** Grant types in which somebody signs in. */
const OF_PEOPLE: readonly string[] = [GRANT_TYPE.authorizationCode, GRANT_TYPE.password];

const RuleConditions = z
  .object({
    people: People.nullish(),
    grantTypes: z.object({ include: z.array(ApplicationGrantType).min(1).max(20) }),
    scopes: z.object({ include: names.min(1) }).nullish(),
  })
  .refine(
    ({ people, grantTypes }) =>
      people?.groups?.include?.[0] === EVERYONE || !grantTypes.include.some((type) => OF_PEOPLE.includes(type)),
    { path: ['people'], error: 'must include the group EVERYONE when the rule is for authorization_code or password' },
  );

/** Minutes. */
const lifetime = (most: number) => z.int().min(0).max(most).nullish();

/** Taken and without effect: here tokens live equally long for all, and that is what is answered. */
const TokenActions = z.object({
  token: z
    .object({
      accessTokenLifetimeMinutes: lifetime(1440),
      refreshTokenLifetimeMinutes: lifetime(2_628_000),
      refreshTokenWindowMinutes: lifetime(2_628_000),
    })
    .nullish(),
});

export const RuleRequest = z
  .object({
    type: z.literal('RESOURCE_ACCESS').optional(),
    actions: TokenActions.nullish(),
    name: AccessPolicyRule.shape.name,
    conditions: RuleConditions,
    ...standing,
  })
  .transform(({ name, conditions, actions: _, ...rest }) => ({
    ...{ name, grantTypes: conditions.grantTypes.include, scopes: conditions.scopes?.include ?? ['*'] },
    ...asked(rest),
  }));

const ranked = {
  id: z.string(),
  status: Activity,
  name: z.string(),
  priority: z.number(),
  created: z.string(),
  lastUpdated: z.string(),
  system: z.literal(false),
};
export const PolicyBody = z.looseObject({ ...ranked, type: z.literal('OAUTH_AUTHORIZATION_POLICY') });
export const RuleBody = z.looseObject({ ...ranked, type: z.literal('RESOURCE_ACCESS') });

/** The place in the order of priority; 1 comes first. */
const priorityIn = (list: readonly { id: string }[], { id }: { id: string }) =>
  list.findIndex((one) => one.id === id) + 1;

const policyUrl = (org: Org, { server, policy }: PolicyAt) => `${serverUrl(org, server.id)}/policies/${policy.id}`;

export function policyBody(org: Org, at: PolicyAt) {
  const { id, status, name, description, clients, created, lastUpdated } = at.policy;
  const url = policyUrl(org, at);
  return {
    ...{
      id,
      status,
      name,
      description: description || null,
      priority: priorityIn(at.server.policies, at.policy),
      system: false,
    },
    ...{ conditions: { clients: { include: clients } }, created, lastUpdated },
    _links: {
      self: link(url, 'GET', 'PUT', 'DELETE'),
      ...lifecycleLink(status, url),
      rules: link(`${url}/rules`, 'GET'),
    },
    type: 'OAUTH_AUTHORIZATION_POLICY',
  };
}

/** What the server issues, whatever the rule: Okta's defaults for access tokens, and one lifetime for refresh tokens. */
const TOKEN_LIFETIMES = {
  accessTokenLifetimeMinutes: ACCESS_TOKEN_SECONDS / 60,
  refreshTokenLifetimeMinutes: REFRESH_TOKEN_LIFETIME / 60_000,
  refreshTokenWindowMinutes: REFRESH_TOKEN_LIFETIME / 60_000,
};

export function ruleBody(org: Org, at: RuleAt) {
  const { id, status, name, grantTypes, scopes, created, lastUpdated } = at.rule;
  const url = `${policyUrl(org, at)}/rules/${id}`;
  return {
    ...{ id, status, name, priority: priorityIn(at.policy.rules, at.rule), created, lastUpdated, system: false },
    conditions: {
      people: { users: { include: [], exclude: [] }, groups: { include: [EVERYONE], exclude: [] } },
      ...{ grantTypes: { include: grantTypes }, scopes: { include: scopes } },
    },
    actions: { token: TOKEN_LIFETIMES },
    _links: { self: link(url, 'GET', 'PUT', 'DELETE'), ...lifecycleLink(status, url) },
    type: 'RESOURCE_ACCESS',
  };
}
