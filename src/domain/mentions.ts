/** Addresses in one text that are looked at; what follows them mentions nobody. */
export const MAX_MENTIONS = 100;

const LOCAL_PART = '[^\\s@"(),:;<>[\\]\\\\]{1,64}';
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?';
/** After a letter or digit the first `@` is the one inside an address, which mentions nobody. */
const MENTION = new RegExp(`(?<![A-Za-z0-9])@(${LOCAL_PART}@${LABEL}(?:\\.${LABEL})*)`, 'gu');

/**
 * The e-mail addresses that a text mentions as `@ann@example.com`: composed (NFC), without what punctuation follows, each
 * once whatever its case, in the order of first mention, {@link MAX_MENTIONS} at most. Whether anybody has such an address
 * is not asked here.
 */
export function findMentionedAddresses(text: string): string[] {
  const found = new Map<string, string>();
  for (const [, address] of text.normalize('NFC').matchAll(MENTION)) {
    if (address === undefined || found.has(address.toLowerCase())) continue;
    found.set(address.toLowerCase(), address);
    if (found.size === MAX_MENTIONS) break;
  }
  return [...found.values()];
}
