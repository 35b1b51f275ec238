const UNSTORABLE = /\\u0000|\\u[dD][89a-fA-F]/;

/**
 * The JSON text of a value for the store, whose jsonb knows neither NUL nor half a surrogate pair, which the answers of
 * servers may hold all the same: they become U+FFFD.
 */
export function toStorableJson(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  // JSON.stringify escapes just these two and a backslash; so most values are through here.
  if (!UNSTORABLE.test(text)) return text;
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'string') return clean(each);
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [clean(key), inner as unknown]));
  });
}

function clean(text: string): string {
  return text.replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
