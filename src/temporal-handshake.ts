import { connect } from 'node:tls';
import type { TemporalTarget } from './temporal';

const DEFAULT_PORT = 7233;

/**
 * Why a TLS connection to Temporal cannot be made, in the words of the TLS library; null when it can, or when none is
 * asked for. The gRPC client only says that its deadline has passed.
 */
export async function findHandshakeFault(
  { address = '', tls }: TemporalTarget['connection'],
  timeoutMs: number,
): Promise<Error | null> {
  if (tls === undefined || tls === null || tls === false) return null;
  const { serverNameOverride, serverRootCACertificate: ca, clientCertPair } = tls === true ? {} : tls;
  const { hostname, port } = new URL(`tcp://${address}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: port === '' ? DEFAULT_PORT : Number(port),
      servername: serverNameOverride ?? host,
      ALPNProtocols: ['h2'],
      timeout: timeoutMs,
      ...(ca === undefined ? {} : { ca: Buffer.from(ca) }),
      ...(clientCertPair === undefined
        ? {}
        : { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
    });
    const end = (fault: Error | null) => {
      socket.destroy();
      resolve(fault);
    };
    socket.once('secureConnect', () => {
      end(null);
    });
    socket.once('timeout', () => {
      end(null);
    });
    socket.once('error', end);
  });
}
