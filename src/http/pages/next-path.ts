import { parseUrl } from '../../domain/parse-url';

const NOWHERE = 'http://nowhere.invalid';
const PAGES = new Set(['/', '/jobs', '/trash', '/reviews', '/reviews/asked', '/actions']);
const BELOW = ['/jobs/', '/s/', '/runs/', '/actions/'];
const MAX_LENGTH = 1_000;

/** Where to go after signing in: a page of ours as the text names it, or the start page. Never another site. */
export function toNextPath(text: string | undefined): string {
  if (text === undefined || text.length > MAX_LENGTH || !text.startsWith('/')) return '/';
  const url = parseUrl(text, NOWHERE);
  if (url === null) return '/';
  const { origin, pathname, search } = url;
  const isPage = PAGES.has(pathname) || BELOW.some((beginning) => pathname.startsWith(beginning));
  return origin === NOWHERE && isPage ? pathname + search : '/';
}

/** The login page that leads back to this one. */
export function toLoginPath(next: string): string {
  const path = toNextPath(next);
  return path === '/' ? '/login' : `/login?next=${encodeURIComponent(path)}`;
}
