const MAX_NAME = 253;
/** The parser lets `;`, `,`, `$()` and labels of any length through. */
const LABEL = /^[a-z0-9_-]{1,63}$/;

/** Ends of names that mean something in one network only, and are looked up there. */
const LOCAL_ENDS = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
  'onion',
];

/** Where clouds tell machines their secrets, by names that look public. */
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata.goog',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  'metadata.platformequinix.com',
]);

/** Whether this can be the name of a host on the Internet: at least two labels of plain characters. */
export function isHostName(hostname: string): boolean {
  const labels = hostname.split('.');
  return hostname.length <= MAX_NAME && labels.length > 1 && labels.every((label) => LABEL.test(label));
}

/** Whether a name means something of the machine or the network that we run in. */
export function isNameOfOurs(hostname: string): boolean {
  return METADATA_NAMES.has(hostname) || LOCAL_ENDS.some((end) => hostname === end || hostname.endsWith(`.${end}`));
}
