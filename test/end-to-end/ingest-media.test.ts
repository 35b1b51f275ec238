import { testIngestMedia } from './support/ingest-media-suite';
import { inFolder } from './support/object-place';

testIngestMedia(inFolder);
