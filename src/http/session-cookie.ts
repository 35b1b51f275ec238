/** The cookie that carries a session. Its values are made of letters, digits, `.`, `_` and `-`, so nothing is encoded. */
export interface SessionCookie {
  readonly name: string;
  readonly secure: boolean;
}

/** Over TLS browsers take a cookie of this prefix from this very host only, for all of it. */
const HOST_PREFIX = '__Host-';

/** The cookie of a façade at that address. */
export function sessionCookieOf(publicUrl: string): SessionCookie {
  const secure = new URL(publicUrl).protocol === 'https:';
  return { name: secure ? `${HOST_PREFIX}longhaul` : 'longhaul', secure };
}

/** The value of the cookie in a `Cookie` header, or null; of several the first, as browsers order them. */
export function readCookie(header: string | undefined, { name }: SessionCookie): string | null {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}

/** The `Set-Cookie` header that has a browser keep the value for so many seconds; 0 has it forgotten. */
export function writeCookie({ name, secure }: SessionCookie, value: string, maxAgeSeconds: number): string {
  const attributes = `Path=/; Max-Age=${String(maxAgeSeconds)}; HttpOnly; SameSite=Strict`;
  return `${name}=${value}; ${attributes}${secure ? '; Secure' : ''}`;
}
