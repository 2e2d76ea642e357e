/** The management API's error codes that are in use, as Okta's public catalogue numbers them; the sentences are ours. */

export interface ManagementErrorKind {
  readonly status: number;
  readonly summary: string;
}

export const MANAGEMENT_ERRORS = {
  E0000001: { status: 400, summary: 'Api validation failed' },
  E0000003: { status: 400, summary: 'The request body is not well-formed.' },
  E0000004: { status: 401, summary: 'Authentication failed' },
  E0000005: { status: 403, summary: 'Invalid session: the request carries no API token and no access token.' },
  E0000006: { status: 403, summary: 'You do not have permission to perform the requested action' },
  E0000007: { status: 404, summary: 'Not found: there is nothing at this address.' },
  E0000009: { status: 500, summary: 'Internal error: the org could not complete the request.' },
  E0000011: { status: 401, summary: 'Invalid token provided: it is missing, wrong or expired.' },
  E0000014: { status: 403, summary: 'Update of credentials failed' },
  E0000016: { status: 403, summary: 'Activation failed because the user is already active' },
  E0000021: { status: 400, summary: 'The Content-Type of the request is not one that this endpoint takes.' },
  E0000022: { status: 405, summary: 'The endpoint does not take this HTTP method.' },
  E0000031: { status: 400, summary: 'Invalid search criteria.' },
  E0000032: { status: 403, summary: 'Unlock is not allowed for this user: the user is not locked out.' },
  E0000038: { status: 403, summary: "The operation is not allowed in the user's current status." },
  E0000047: { status: 429, summary: 'API call exceeded the rate limit: too many requests.' },
  E0000056: { status: 403, summary: 'Delete application forbidden: it is active. Deactivate it first.' },
} as const satisfies Record<string, ManagementErrorKind>;
export type ManagementError = keyof typeof MANAGEMENT_ERRORS;
