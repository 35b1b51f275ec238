import { createDownloader } from '../../src/outbound/download';
import { createLocalOutbound } from './local-outbound';

/** Downloads in a process of its own, for a test that kills it: `node download-child.ts <directory> <id> <url>`. */
const [directory = '', id = '', url = ''] = process.argv.slice(2);
const downloader = createDownloader({
  outbound: createLocalOutbound([new URL(url).host], {
    timeouts: { connectMs: 5_000, headersMs: 5_000, idleMs: 60_000 },
  }),
  directory,
  limits: { maxBytes: 1_073_741_824, leastBytesPerSecond: 1 },
});
void downloader.download({ id, url }).then((file) => process.stdout.write(`${file.sha256Sum}\n`));
