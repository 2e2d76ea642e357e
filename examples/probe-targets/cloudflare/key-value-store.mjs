/** The part of Workers KV that Cloudflare's OAuth provider uses, in memory. An entry past its time is not found; nothing is cleaned up. */

/** @param now seconds since 1970 */
export function createKeyValueStore(now = () => Date.now() / 1000) {
  const entries = new Map();
  const unexpired = (key) => {
    const entry = entries.get(key);
    return entry === undefined || entry.until <= now() ? null : entry.value;
  };
  return {
    get: async (key, as) => {
      const value = unexpired(key);
      return value !== null && as?.type === 'json' ? JSON.parse(value) : value;
    },
    put: async (key, value, { expirationTtl, expiration = Infinity } = {}) => {
      entries.set(key, { value, until: expirationTtl === undefined ? expiration : now() + expirationTtl });
    },
    delete: async (key) => void entries.delete(key),
    list: async ({ prefix }) => ({
      keys: [...entries.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name })),
      list_complete: true,
    }),
  };
}
