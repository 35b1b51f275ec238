import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How one file is served; may change between two requests. */
export interface ServedFile {
  body: Buffer;
  headers: Record<string, string>;
  /** Ends the connection, or stalls, after so many bytes of a body. */
  cutAt?: number;
  stallAt?: number;
  /** Answers in its own way instead. */
  answer?: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface RangeServer {
  readonly port: number;
  readonly url: string;
  readonly file: ServedFile;
  /** The `Range` and `If-Range` of each request, as they came. */
  readonly asked: readonly { readonly range: string | undefined; readonly ifRange: string | undefined }[];
  /** The most connections that were open at one time. */
  readonly mostAtOnce: () => number;
  close(): Promise<void>;
}

/** A well-behaved server of one file, with ranges (RFC 9110, 14), that can be told to break off. */
export async function startRangeServer(body: Buffer, headers: Record<string, string>): Promise<RangeServer> {
  const file: ServedFile = { body, headers };
  const asked: { range: string | undefined; ifRange: string | undefined }[] = [];
  let open = 0;
  let mostAtOnce = 0;
  const server = createServer((request, response) => {
    asked.push(conditionsOf(request));
    if (file.answer === undefined) serve(file, request, response);
    else file.answer(request, response);
  });
  server.on('connection', (socket) => {
    open += 1;
    mostAtOnce = Math.max(mostAtOnce, open);
    socket.once('close', () => (open -= 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, file, asked, url: `http://127.0.0.1:${String(port)}/file`, mostAtOnce: () => mostAtOnce },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function serve(
  { body, headers, cutAt, stallAt }: ServedFile,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { range, ifRange } = conditionsOf(request);
  const [, first] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
  const isCurrent = ifRange === undefined || ifRange === headers['etag'] || ifRange === headers['last-modified'];
  const from = first === undefined || !isCurrent ? 0 : Number(first);
  const total = String(body.length);
  if (from > 0 && from >= body.length) {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${total}` }).end();
    return;
  }
  const part = body.subarray(from);
  const place = from === 0 ? {} : { 'content-range': `bytes ${String(from)}-${String(body.length - 1)}/${total}` };
  response.writeHead(from === 0 ? 200 : 206, { 'content-length': part.length, ...place, ...headers });
  const stop = cutAt ?? stallAt;
  if (stop === undefined || stop >= part.length) response.end(part);
  else response.write(part.subarray(0, stop), () => cutAt !== undefined && response.destroy());
}

function conditionsOf({ headers }: IncomingMessage) {
  const ifRange = headers['if-range'];
  return { range: headers.range, ifRange: Array.isArray(ifRange) ? ifRange[0] : ifRange };
}
