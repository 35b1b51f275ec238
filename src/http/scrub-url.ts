const SECRET_PARAMETER = /([?&][^=&]*(?:token|key|secret|password|signature|auth|jwt)[^=&]*=)[^&]*/gi;
const CREDENTIAL = /lh_[A-Za-z0-9_-]{8,}|eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){1,4}/g;

/** What follows is the token of a share. */
const SHARE_LINK = /^(\/s\/)[^/?]+/;

/** The address as a log may hold it: without what looks like a credential, wherever it stands. */
export function scrubUrl(url: string): string {
  return url
    .replace(SHARE_LINK, '$1[redacted]')
    .replace(SECRET_PARAMETER, '$1[redacted]')
    .replace(CREDENTIAL, '[redacted]');
}
