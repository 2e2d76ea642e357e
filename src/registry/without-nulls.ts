/** What is sent as null is as good as absent in Okta's API, where a schema has no null. */

const isRecord = (sent: unknown): sent is object => typeof sent === 'object' && sent !== null && !Array.isArray(sent);

/** The object without the members that are null; what is no object stays what it is. For `z.preprocess`. */
export function withoutNulls(sent: unknown): unknown {
  return isRecord(sent) ? Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null)) : sent;
}
