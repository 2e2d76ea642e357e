/** Links in Okta's JSON: an address, and the methods that it takes. */
import type { Activity } from '../../registry/activity.js';

export const link = (href: string, ...allow: readonly string[]) => ({ href, hints: { allow } });

/** The link to what changes the status. @param at the address of the thing itself */
export function lifecycleLink(status: string, at: string) {
  const verb = status === 'ACTIVE' ? 'deactivate' : 'activate';
  return { [verb]: link(`${at}/lifecycle/${verb}`, 'POST') };
}

/** What may be done next with a credential: an active one is deactivated, an inactive one activated or deleted. */
export function credentialLinks(status: Activity, at: string) {
  return { ...lifecycleLink(status, at), ...(status === 'INACTIVE' && { delete: link(at, 'DELETE') }) };
}
