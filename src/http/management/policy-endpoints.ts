/** `/api/v1/authorizationServers/{id}/policies`: access policies and their rules, in Okta's shapes. */
import * as z from 'zod';
import {
  createPolicy,
  deletePolicy,
  findPolicy,
  type PolicyAt,
  replacePolicy,
  setPolicyStatus,
} from '../../admin/access-policies.js';
import {
  createRule,
  deleteRule,
  findRule,
  type RuleAt,
  type RulePath,
  replaceRule,
  setRuleStatus,
} from '../../admin/access-policy-rules.js';
import { findServer } from '../../admin/authorization-servers.js';
import { type AdminCall, isAdminRefusal } from '../../admin/change.js';
import type { Activity } from '../../registry/activity.js';
import type { Endpoint } from '../endpoint.js';
import { MANAGE, READ, SERVERS } from './authorization-server-body.js';
import { arrayReply, listOf, listQuery } from './list.js';
import { endpointsBelow, type ManagementCall, manage } from './operation.js';
import { PolicyBody, PolicyRequest, policyBody, RuleBody, RuleRequest, ruleBody } from './policy-body.js';

const POLICIES = `${SERVERS}/:authServerId/policies`;

type Param = Pick<ManagementCall<unknown, unknown>, 'param'>;

const policyPath = ({ param }: Param) => [param('authServerId'), param('policyId')] as const;

function rulePath({ param }: Param): RulePath {
  return { serverId: param('authServerId'), policyId: param('policyId'), ruleId: param('ruleId') };
}

const TAG = 'Authorization servers';
const policies = endpointsBelow(POLICIES, TAG);
const rules = endpointsBelow(`${POLICIES}/:policyId/rules`, TAG);

const POLICIES_OF_SERVER = policies('', {
  GET: manage({
    ...{ summary: 'List the access policies of a server', scope: READ, query: listQuery(1000) },
    answers: { 200: z.array(PolicyBody) },
    act(call) {
      const server = findServer(call.view, call.param('authServerId'));
      if (isAdminRefusal(server)) return server;
      return listOf(call, server.policies, { body: (policy) => policyBody(call.org, { server, policy }) });
    },
    answer: arrayReply,
  }),
  POST: manage({
    ...{ summary: 'Create an access policy', scope: MANAGE, body: PolicyRequest, answers: { 201: PolicyBody } },
    act: (call) => createPolicy(call, call.param('authServerId'), call.body),
    answer: (at, { org }) => ({ status: 201, body: policyBody(org, at) }),
  }),
});

const SHOWN_POLICY = {
  answers: { 200: PolicyBody },
  answer: (at: PolicyAt, { org }: AdminCall) => ({ body: policyBody(org, at) }),
};

const ONE_POLICY = policies('/:policyId', {
  GET: manage({
    ...{ summary: 'Get an access policy', scope: READ, ...SHOWN_POLICY },
    act: (call) => findPolicy(call.view, ...policyPath(call)),
  }),
  PUT: manage({
    ...{ summary: 'Replace an access policy', scope: MANAGE, body: PolicyRequest, ...SHOWN_POLICY },
    act: (call) => replacePolicy(call, ...policyPath(call), call.body),
  }),
  DELETE: manage({
    ...{ summary: 'Delete an access policy', scope: MANAGE, answers: { 204: null } },
    act: (call) => deletePolicy(call, ...policyPath(call)),
    answer: () => ({}),
  }),
});

function policyLifecycle(step: string, summary: string, status: Activity): Endpoint {
  return policies(`/:policyId/lifecycle/${step}`, {
    POST: manage({
      ...{ summary, scope: MANAGE, answers: { 204: null } },
      act: (call) => setPolicyStatus(call, ...policyPath(call), status),
      answer: () => ({}),
    }),
  });
}

const RULES_OF_POLICY = rules('', {
  GET: manage({
    ...{ summary: 'List the rules of an access policy', scope: READ, query: listQuery(1000) },
    answers: { 200: z.array(RuleBody) },
    act(call) {
      const at = findPolicy(call.view, ...policyPath(call));
      if (isAdminRefusal(at)) return at;
      return listOf(call, at.policy.rules, { body: (rule) => ruleBody(call.org, { ...at, rule }) });
    },
    answer: arrayReply,
  }),
  POST: manage({
    ...{ summary: 'Create a rule of an access policy', scope: MANAGE, body: RuleRequest },
    answers: { 201: RuleBody },
    act(call) {
      const [serverId, policyId] = policyPath(call);
      return createRule(call, { serverId, policyId }, call.body);
    },
    answer: (at, { org }) => ({ status: 201, body: ruleBody(org, at) }),
  }),
});

const SHOWN_RULE = {
  answers: { 200: RuleBody },
  answer: (at: RuleAt, { org }: AdminCall) => ({ body: ruleBody(org, at) }),
};

const ONE_RULE = rules('/:ruleId', {
  GET: manage({
    ...{ summary: 'Get a rule of an access policy', scope: READ, ...SHOWN_RULE },
    act: (call) => findRule(call.view, rulePath(call)),
  }),
  PUT: manage({
    ...{ summary: 'Replace a rule of an access policy', scope: MANAGE, body: RuleRequest, ...SHOWN_RULE },
    act: (call) => replaceRule(call, rulePath(call), call.body),
  }),
  DELETE: manage({
    ...{ summary: 'Delete a rule of an access policy', scope: MANAGE, answers: { 204: null } },
    act: (call) => deleteRule(call, rulePath(call)),
    answer: () => ({}),
  }),
});

function ruleLifecycle(step: string, summary: string, status: Activity): Endpoint {
  return rules(`/:ruleId/lifecycle/${step}`, {
    POST: manage({
      ...{ summary, scope: MANAGE, answers: { 204: null } },
      act: (call) => setRuleStatus(call, rulePath(call), status),
      answer: () => ({}),
    }),
  });
}

export const POLICY_ENDPOINTS: readonly Endpoint[] = [
  POLICIES_OF_SERVER,
  ONE_POLICY,
  policyLifecycle('activate', 'Activate an access policy', 'ACTIVE'),
  policyLifecycle('deactivate', 'Deactivate an access policy', 'INACTIVE'),
  RULES_OF_POLICY,
  ONE_RULE,
  ruleLifecycle('activate', 'Activate a rule of an access policy', 'ACTIVE'),
  ruleLifecycle('deactivate', 'Deactivate a rule of an access policy', 'INACTIVE'),
];
