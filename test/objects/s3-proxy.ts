import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of a request: an HTTP status, a broken connection, silence, an upload that nobody knows (moto answers
 * that with a fault of its own), or (null) its way to the service.
 */
export type Fate = number | 'reset' | 'silence' | 'NoSuchUpload' | null;

/** Stands before an S3 service, notes what is asked of it, and lets some of it fail. */
export interface S3Proxy {
  readonly endpoint: string;
  /** `UploadPart 3`, `PutObject`, `GET` and so on, in their order; repeats too. */
  readonly asked: string[];
  decide: (what: string) => Fate | Promise<Fate>;
  close(): Promise<void>;
}

export async function startS3Proxy(endpoint: string): Promise<S3Proxy> {
  const target = new URL(endpoint);
  const server = createServer((request, response) => {
    const what = nameOf(request);
    proxy.asked.push(what);
    void Promise.resolve(proxy.decide(what)).then((fate) => {
      if (fate === 'silence') return;
      if (fate === 'reset') {
        request.socket.destroy();
        return;
      }
      if (fate !== null) {
        request.resume().on('end', () => {
          const isGone = fate === 'NoSuchUpload';
          response.writeHead(isGone ? 404 : fate, { 'content-type': 'application/xml' });
          response.end(`<Error><Code>${isGone ? fate : 'Made'}</Code><Message>by the test</Message></Error>`);
        });
        return;
      }
      const options = { host: target.hostname, port: target.port, method: request.method, path: request.url, headers: request.headers }; // prettier-ignore
      const onward = forward(options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: S3Proxy = {
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked: [],
    decide: () => null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return proxy;
}

function nameOf({ method = '', url = '' }: IncomingMessage): string {
  const query = new URL(url, 'http://s3').searchParams;
  if (query.has('partNumber')) return `UploadPart ${query.get('partNumber') ?? ''}`;
  if (query.has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : 'ListMultipartUploads';
  if (query.has('uploadId')) return { GET: 'ListParts', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method] ?? method; // prettier-ignore
  return { PUT: 'PutObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method] ?? method;
}
