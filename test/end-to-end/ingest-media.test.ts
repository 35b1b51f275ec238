import { testIngestMedia } from './support/ingest-media-suite';
import { inOwnPlace } from './support/object-place';

testIngestMedia(inOwnPlace);
