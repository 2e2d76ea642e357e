/**
 * What a service provider is told of a refusal: the status by its reason. A reason that has none is shown on a page instead.
 */
import type { ReasonName } from '../protocol/reasons.js';
import { STATUS } from '../saml/names.js';

/** The status, and the one within it. SAML core, "Status Codes". */
export interface RefusalStatus {
  readonly code: string;
  readonly detail: string;
}

export const SAML_STATUS_OF: Readonly<Partial<Record<ReasonName, RefusalStatus>>> = {
  saml_message_stale: { code: STATUS.requester, detail: STATUS.requestDenied },
  saml_response_binding: { code: STATUS.requester, detail: STATUS.unsupportedBinding },
  saml_name_id_policy: { code: STATUS.requester, detail: STATUS.invalidNameIdPolicy },
  saml_context_not_met: { code: STATUS.responder, detail: STATUS.noAuthnContext },
  saml_passive: { code: STATUS.responder, detail: STATUS.noPassive },
};
