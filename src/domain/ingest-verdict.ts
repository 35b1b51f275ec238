/** Why a file could not be attached, of what neither its server nor its bytes are the cause of. */
const OWN_FAULTS = {
  asset_gone: ['The asset was deleted for good before the file was there.', false],
  asset_is_folder: ['The asset is a folder, which holds assets and no media.', false],
  address_lost: ['Its address is not kept any more: ask for the file again.', false],
  address_invalid: ['The address is not a valid HTTP URL.', false],
  address_missing: ['The line has no file_url.', false],
  line_invalid: ['The line is no object of file_url, filename and title, or has more fields than these.', false],
  host_failing: ['Its server failed for the files before this one again and again, and was not asked any more.', true],
  filename_invalid: ['The file name is empty, too long or holds characters that no file name may have.', false],
  title_invalid: ['The title is empty or longer than 255 characters.', false],
} as const satisfies Record<string, readonly [message: string, retryable: boolean]>;

/** Why a file was not attached; `forbidden` has its words where the items of all jobs have theirs. */
export type IngestCode = keyof typeof OWN_FAULTS;

const FAULTS: ReadonlyMap<string, readonly [string, boolean]> = new Map(Object.entries(OWN_FAULTS));

/** Every code that an item of an ingestion may fail with. */
export const INGEST_CODES = [...FAULTS.keys()] as readonly IngestCode[];

/** The fault in words for people, without a word of its address; null for a code that is none of these. */
export function describeIngestFault(code: string): string | null {
  return FAULTS.get(code)?.[0] ?? null;
}

/** Whether trying it again later may help: such items keep their address for a while, and a retry takes them up. */
export function isRetryableIngest(code: string): boolean {
  return code === 'forbidden' || FAULTS.get(code)?.[1] === true;
}
