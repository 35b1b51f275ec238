import { createLocalObjectStore } from './local-object-store';
import type { ObjectStore } from './object-store';
import type { ObjectStorePlace } from './object-store-place';
import type * as S3 from './s3-object-store';

/** The store at that place. It is not looked at: one that is away, or is none, shows with the first object. */
export function createObjectStore(place: ObjectStorePlace): ObjectStore {
  return place.kind === 'folder' ? createLocalObjectStore(place.path) : loadS3().createS3ObjectStore(place);
}

/** Loading the SDK takes a while, which who keeps objects in a folder need not wait for. */
function loadS3(): typeof S3 {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make everything here wait
  return require('./s3-object-store') as typeof S3;
}
