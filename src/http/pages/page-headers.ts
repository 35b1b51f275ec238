/** Everything comes from here, nothing is written into the page, and nobody may frame it. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Headers of every page, beside those of every answer. */
export const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`, with which browsers send `Origin: null` from our own forms; other sites learn nothing either way.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

export const HTML = 'text/html; charset=utf-8';
