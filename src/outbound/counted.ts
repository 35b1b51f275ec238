import { DownloadFault } from '../domain/download-fault';
import type { Outbound } from './outbound';

/**
 * The same requests, each counted when its head has come or it has failed: `2xx` … `5xx`, the code of the fault, or
 * `aborted` when the caller gave it up.
 */
export function counted(outbound: Outbound, count: (outcome: string) => void): Outbound {
  return {
    async request(request) {
      try {
        const answer = await outbound.request(request);
        count(`${String(Math.floor(answer.status / 100))}xx`);
        return answer;
      } catch (error) {
        count(error instanceof DownloadFault ? error.code : 'aborted');
        throw error;
      }
    },
  };
}
