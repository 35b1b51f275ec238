import type { Dialect } from '../../dialect';
import { HTML } from '../page-headers';
import { GONE_PAGE, renderShareError } from './share-layout';

/** Nothing of a share is kept, told on, framed or found by a search. */
export const SHARE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
};

const WORDS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  403: ['Not for you', 'This link does not let you do that.'],
  413: ['That is too much', 'What was sent is larger than what is taken here.'],
  416: ['No such part', 'The file has no such bytes.'],
  500: ['Something went wrong on our side', 'Trying again may help.'],
  503: ['Not at the moment', 'The files cannot be reached at the moment. Try again in a few seconds.'],
};

/** Whatever is wrong with a link, and whatever was made of it, is answered with one page and one status. */
export const sharePagesDialect: Dialect = {
  name: 'share',
  contentType: HTML,
  bareAuthorization: false,
  headers: SHARE_HEADERS,
  toAnswer: ({ status }) => {
    const words = WORDS[status];
    return words === undefined
      ? { status: 404, body: GONE_PAGE }
      : { status, body: renderShareError(words[0], words[1]) };
  },
  errors: () => ({}),
};
