/** The chapters of the API's description, in their order. */
export const TAGS = {
  Discovery: 'What a client may find out about the org and its custom authorization servers.',
  Tokens: 'The OAuth endpoints of the org and of its custom authorization servers.',
  'Sign-in': 'Where browsers are sent to sign in and out, and signing in without one.',
  Users: 'People, their status, passwords and sessions.',
  Groups: 'Groups and their members.',
  Applications: 'SAML and OpenID Connect applications, who is assigned to them, and their credentials.',
  'AI agents': 'AI agents, and the operations by which they change.',
  'AI agent credentials': 'How an AI agent proves who it is: public keys, client secrets, a JWKS URI.',
  Owners: 'The people who answer for an AI agent.',
  'Delegation links': 'The callers of an AI agent: whose sign-ins it may exchange.',
  'Resource connections': 'What an AI agent may reach, as which client there, with which scopes.',
  'Cross App Access (first beta)': 'One application that may call another; the exchange does not look at it.',
  'Authorization servers': 'Custom authorization servers with their scopes, keys and access policies.',
  'System Log': 'What happened in the org.',
  Control:
    'Of the mock, not of Okta. Health is open. The others take the API token; from the machine that the org runs on they ' +
    'need none.',
} as const;
export type Tag = keyof typeof TAGS;
