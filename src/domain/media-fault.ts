/** Why a file could not be identified, probed or drawn, in words for people: faults of the file, which last. */
const MESSAGES = {
  empty_file: 'The file is empty.',
  identify_timeout: 'Finding out the type of the file took too long.',
  identify_failed: 'The type of the file could not be found out.',
  probe_timeout: 'Reading the metadata of the file took too long.',
  probe_out_of_memory: 'Reading the metadata of the file takes more memory than it may.',
  probe_failed: 'The metadata of the file could not be read.',
  image_too_large: 'The image has more pixels than previews are made of.',
  preview_timeout: 'Making the previews took too long.',
  preview_out_of_memory: 'Making the previews takes more memory than it may.',
  preview_failed: 'The file is damaged or of a form that no preview can be made of.',
} as const satisfies Record<string, string>;

export type MediaFaultCode = keyof typeof MESSAGES;

const BY_CODE: ReadonlyMap<string, string> = new Map(Object.entries(MESSAGES));

/** Every code that a {@link MediaFault} can carry. */
export const MEDIA_FAULT_CODES = [...BY_CODE.keys()] as readonly MediaFaultCode[];

/** The fault in words for people; null for a code that is none of these. */
export function describeMediaFault(code: string): string | null {
  return BY_CODE.get(code) ?? null;
}

/**
 * What is wrong with a file. Trying again does not help; the file itself may be kept all the same. Its message names
 * neither a path nor what a tool said.
 */
export class MediaFault extends Error {
  override readonly name = 'MediaFault';

  constructor(
    readonly code: MediaFaultCode,
    options?: ErrorOptions,
  ) {
    super(MESSAGES[code], options);
  }
}
