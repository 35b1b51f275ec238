import { connect, constants, createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '../../support/certificate';

/** A front before a Temporal server that knows no TLS: it asks for certificates and hears what callers say of themselves. */
export interface TemporalFront {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** Of every call: its path and what it was authorized with. */
  readonly calls: readonly { readonly path: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

export interface TemporalFrontOptions {
  /** Of the server itself. */
  readonly address: string;
  readonly certificate: Certificate;
  /** Who vouches for callers, in PEM; anybody may call when absent. */
  readonly callersAuthority?: string;
}

export async function startTemporalFront(options: TemporalFrontOptions): Promise<TemporalFront> {
  const { address, certificate, callersAuthority: ca } = options;
  const calls: { path: string; authorization: string | undefined }[] = [];
  let upstream = reconnect();
  const sessions = new Set<{ destroy(): void }>();
  const mutual = ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true, ca };
  const server = createSecureServer({ ...certificate, ...mutual });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    calls.push({ path: String(headers[':path']), authorization: headers.authorization });
    hand(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  /** The server sends its callers away from time to time; what is under way on the old connection may end there. */
  function reconnect() {
    const made = connect(`http://${address}`);
    made.on('error', () => undefined);
    made.once('goaway', () => {
      if (upstream === made) upstream = reconnect();
    });
    return made;
  }

  function hand(stream: ServerHttp2Stream, { [':authority']: _own, ...headers }: IncomingHttpHeaders): void {
    if (upstream.closed || upstream.destroyed) upstream = reconnect();
    const onward = upstream.request({ ...headers, ':authority': address });
    let trailers: IncomingHttpHeaders = {};
    stream.on('error', () => onward.close(constants.NGHTTP2_CANCEL));
    stream.on('aborted', () => onward.close(constants.NGHTTP2_CANCEL));
    onward.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    onward.on('trailers', (given) => {
      trailers = given;
    });
    onward.on('response', (given) => {
      if (stream.destroyed) return;
      stream.respond(given, { waitForTrailers: true });
      stream.on('wantTrailers', () => {
        stream.sendTrailers(trailers);
      });
      onward.pipe(stream);
    });
    stream.pipe(onward);
  }

  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls,
    async close() {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      server.close();
      await Promise.resolve();
    },
  };
}
