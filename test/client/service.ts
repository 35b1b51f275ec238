import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface FakeService {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** What is answered to one request. */
export type Answerer = (response: ServerResponse, request: Asked) => unknown;

/** A service that answers request n as the nth function says; what comes after the last one is answered by it too. */
export async function startService(...answers: readonly Answerer[]): Promise<FakeService> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body };
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(seen);
      answer?.(response, seen);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** An answer as JSON. */
export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

/** An event stream that says this and ends, or breaks in the middle. */
export const stream =
  (body: string, breaks = false) =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(body, () => (breaks ? response.destroy() : response.end()));
  };

/** No answer: the connection is cut. */
export const cut = (response: ServerResponse) => response.destroy();
