import { DownloadFault, type DownloadCode } from '../../src/domain/download-fault';
import type { IngestSteps } from '../../src/activities/ingest-steps';
import { MediaFault, type MediaFaultCode } from '../../src/domain/media-fault';
import type { StagedFile } from '../../src/outbound/staging';
import { someFacts } from '../support/ingest';

/** What happens to the files of an address; the last one happens again and again. */
export type Fate =
  | 'fine'
  /** Until it is aborted. */
  | 'hangs'
  | { readonly server: DownloadCode }
  | { readonly file: MediaFaultCode }
  | { readonly own: string };

/** Steps that take no bytes: their addresses say what becomes of them. */
export function createFakeSteps(fateOf: (url: URL, attempt: number) => Fate) {
  const asked: string[] = [];
  const staged = new Map<string, StagedFile>();
  const fates = new Map<string, Fate>();
  const discarded: string[] = [];
  let underWay = 0;
  let most = 0;
  let serial = 0;

  const steps: Pick<IngestSteps, 'download' | 'find' | 'examine' | 'findObjects' | 'discard'> = {
    async download({ id, url }, signal) {
      asked.push(url);
      underWay += 1;
      most = Math.max(most, underWay);
      try {
        await new Promise((resolve) => setTimeout(resolve, 1));
        const fate = fateOf(new URL(url), asked.filter((each) => each === url).length);
        if (fate === 'hangs') await untilAborted(signal);
        signal.throwIfAborted();
        if (typeof fate === 'object' && 'server' in fate) throw new DownloadFault(fate.server);
        if (typeof fate === 'object' && 'own' in fate) throw new Error(fate.own);
        const { sizeBytes, md5Sum, sha256Sum } = someFacts((serial += 1).toString(16));
        const file = { path: `/nowhere/${id}`, contentType: null, lengthVerified: true, sizeBytes, md5Sum, sha256Sum };
        staged.set(id, file);
        fates.set(sha256Sum, fate);
        return file;
      } finally {
        underWay -= 1;
      }
    },
    examine: (file) => {
      const fate = fates.get(file.sha256Sum);
      if (typeof fate === 'object' && 'file' in fate) return Promise.reject(new MediaFault(fate.file));
      return Promise.resolve(someFacts(file.sha256Sum));
    },
    find: (id) => Promise.resolve(staged.get(id) ?? null),
    findObjects: (keys) => Promise.resolve(new Set(keys)),
    discard: (id) => {
      discarded.push(id);
      staged.delete(id);
      return Promise.resolve();
    },
  };
  return { steps, asked, staged, discarded, mostAtOnce: () => most };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
  });
}
