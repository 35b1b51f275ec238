import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stack traces of failures into payloads, which the codec encrypts. Workflows bundle this file. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
