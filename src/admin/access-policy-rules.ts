/** Rules of an access policy: which grant types and scopes they let through, and their order. */
import { newId } from '../protocol/ids.js';
import type { Activity } from '../registry/activity.js';
import type { AccessPolicyRuleRecord } from '../registry/authorization-server.js';
import type { View } from '../store/port.js';
import { partyOf, partyOfServer } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import {
  changePolicy,
  findPolicy,
  nameTaken,
  type PolicyAt,
  partyOfPolicy,
  placed,
  type Standing,
  withPolicy,
} from './access-policies.js';
import type { ServerChange } from './authorization-servers.js';
import { type AdminCall, type AdminRefusal, isAdminRefusal, notFound, notValid } from './change.js';
import { scopesOf } from './server-scopes.js';

export interface RuleSettings extends Pick<AccessPolicyRuleRecord, 'name' | 'grantTypes' | 'scopes'>, Standing {}

/** A rule, and the policy and server in which it stands. */
export interface RuleAt extends PolicyAt {
  readonly rule: AccessPolicyRuleRecord;
}

/** Where a policy or a rule is addressed: the ids in its path. */
export interface RulePath {
  readonly serverId: string;
  readonly policyId: string;
  readonly ruleId: string;
}

function ruleIn(at: PolicyAt, id: string): RuleAt | AdminRefusal {
  const rule = at.policy.rules.find((one) => one.id === id);
  return rule ? { ...at, rule } : notFound(id, 'PolicyRule');
}

export function findRule(view: View, { serverId, policyId, ruleId }: RulePath): RuleAt | AdminRefusal {
  const at = findPolicy(view, serverId, policyId);
  return isAdminRefusal(at) ? at : ruleIn(at, ruleId);
}

function ruleEvent(eventType: EventType, { server, policy, rule }: RuleAt) {
  return {
    eventType,
    targets: [partyOf('PolicyRule', rule.id, rule.name), partyOfPolicy(policy), partyOfServer(server)],
  };
}

/** The rule, and the policy and server around it, as they are to be. */
function withRule({ server, policy, rule }: RuleAt, priority?: number): RuleAt {
  return { ...withPolicy(server, { ...policy, rules: placed(policy.rules, rule, priority) }), rule };
}

/** The change that puts the rule where it is to stand, unless its name is taken or it names a scope there is not. */
function putRule(eventType: EventType, at: RuleAt, priority: number | undefined): ServerChange<RuleAt> | AdminRefusal {
  const taken = nameTaken(at.policy.rules, at.rule, 'rules of this policy');
  if (taken) return taken;
  const offered = ['*', ...scopesOf(at.server).map(({ name }) => name)];
  const unknown = at.rule.scopes.filter((scope) => !offered.includes(scope));
  if (unknown.length > 0) {
    const cause = (name: string) => `conditions.scopes.include: the server has no scope "${name}"; create it first`;
    return notValid('conditions', ...unknown.map(cause));
  }
  const value = withRule(at, priority);
  return { server: value.server, events: [ruleEvent(eventType, value)], value };
}

/** Carries out a change of one rule. */
function changeRule<T>(
  call: AdminCall,
  { serverId, policyId, ruleId }: RulePath,
  work: (at: RuleAt, now: string) => ServerChange<T> | AdminRefusal,
): Promise<T | AdminRefusal> {
  return changePolicy(call, serverId, policyId, (policy, { now }) => {
    const at = ruleIn(policy, ruleId);
    return isAdminRefusal(at) ? at : work(at, now);
  });
}

export function createRule(
  call: AdminCall,
  { serverId, policyId }: Omit<RulePath, 'ruleId'>,
  { priority, status = 'ACTIVE', ...settings }: RuleSettings,
): Promise<RuleAt | AdminRefusal> {
  return changePolicy(call, serverId, policyId, (at, { now }) => {
    const rule = { id: newId('policyRule'), ...settings, status, created: now, lastUpdated: now };
    return putRule('policy.rule.add', { ...at, rule }, priority);
  });
}

export function replaceRule(
  call: AdminCall,
  path: RulePath,
  { priority, status, ...settings }: RuleSettings,
): Promise<RuleAt | AdminRefusal> {
  return changeRule(call, path, (at, now) => {
    const rule = { ...at.rule, ...settings, status: status ?? at.rule.status, lastUpdated: now };
    return putRule('policy.rule.update', { ...at, rule }, priority);
  });
}

/** Activates or deactivates the rule; one that is so already stays as it is, and nothing is logged. */
export function setRuleStatus(call: AdminCall, path: RulePath, status: Activity): Promise<undefined | AdminRefusal> {
  return changeRule(call, path, (before, now) => {
    if (before.rule.status === status) return { server: before.server, events: [], value: undefined };
    const at = withRule({ ...before, rule: { ...before.rule, status, lastUpdated: now } });
    const eventType = status === 'ACTIVE' ? 'policy.rule.activate' : 'policy.rule.deactivate';
    return { server: at.server, events: [ruleEvent(eventType, at)], value: undefined };
  });
}

export function deleteRule(call: AdminCall, path: RulePath): Promise<undefined | AdminRefusal> {
  return changeRule(call, path, (at) => {
    const rules = at.policy.rules.filter((rule) => rule !== at.rule);
    const { server } = withPolicy(at.server, { ...at.policy, rules });
    return { server, events: [ruleEvent('policy.rule.delete', at)], value: undefined };
  });
}
