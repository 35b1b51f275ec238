import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec } from './payload-codec';
import type { PayloadKey } from './payload-keys';

/** What client and worker convert data with; undefined, the SDK's own, without keys. */
export function createDataConverter(keys: readonly PayloadKey[]): DataConverter | undefined {
  if (keys.length === 0) return undefined;
  return { payloadCodecs: [createPayloadCodec(keys)], failureConverterPath: require.resolve('./failure-converter') };
}
