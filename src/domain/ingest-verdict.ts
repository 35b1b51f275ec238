import { LINE_FAULTS, type LineFault } from './bulk-ingest';
import { describeDownloadFault, DOWNLOAD_CODES, type DownloadCode, isDownloadCode } from './download-fault';
import { describeMediaFault, MEDIA_FAULT_CODES, type MediaFaultCode } from './media-fault';

/** Why a file could not be attached, where neither its server nor its bytes are the cause. */
const OWN_FAULTS = {
  asset_gone: 'The asset was deleted for good before the file was there.',
  asset_is_folder: 'The asset is a folder, which holds assets and no media.',
  address_lost: 'Its address is not kept any more: ask for the file again.',
  host_failing: 'Its server failed for the files before this one again and again, and was not asked any more.',
} as const satisfies Record<string, string>;

/** Why a file was not attached; `forbidden` has its words where the items of all jobs have theirs. */
export type IngestCode = keyof typeof OWN_FAULTS | LineFault | MediaFaultCode | DownloadCode;

const OWN: ReadonlyMap<string, string> = new Map(Object.entries({ ...OWN_FAULTS, ...LINE_FAULTS }));

/** Every code that an item of an ingestion may fail with. */
export const INGEST_CODES = [
  ...new Set([...OWN.keys(), ...DOWNLOAD_CODES, ...MEDIA_FAULT_CODES]),
] as readonly IngestCode[];

/** What is not worth another attempt at once, and may still be mended by people: then they ask for it again. */
const MENDED: ReadonlySet<string> = new Set<IngestCode | 'forbidden'>([
  'forbidden',
  'host_failing',
  'identify_timeout',
  'identify_failed',
  'authentication_required',
  'http_forbidden',
  'http_not_found',
  'http_client_error',
  'tls_failed',
  'no_content',
  'empty_file',
]);

/** The fault in words for people, without a word of the address; null for a code that is none of these. */
export function describeIngestFault(code: string): string | null {
  const known = OWN.get(code) ?? describeMediaFault(code);
  if (known !== null) return known;
  return isDownloadCode(code) ? toSentence(describeDownloadFault(code).message) : null;
}

function toSentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

/** Whether trying it again later may help: such items keep their address for a while, and a retry takes them up. */
export function isRetryableIngest(code: string): boolean {
  return MENDED.has(code) || (isDownloadCode(code) && describeDownloadFault(code).retryable);
}

/** For where the set of them is needed. */
export const RETRYABLE_INGEST_CODES: readonly string[] = ['forbidden', ...INGEST_CODES].filter(isRetryableIngest);
