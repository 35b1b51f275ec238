import { isPortFree } from '../../src/embedded/ports';

/** Below the ports that systems give to whoever asks for any (Linux from 32768, others from 49152). */
const [LOWEST, HIGHEST] = [12_000, 32_000];

const given = new Set<number>();

/**
 * A port of the loopback address for a server that is started later. One that the system hands out to anybody could be
 * handed out again meanwhile, to a server that takes any port or to an outgoing connection.
 */
export async function choosePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port)) continue;
    given.add(port);
    if (await isPortFree(port)) return port;
  }
}
