import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { ConnectionError } from 'fastify';
import { toBodyText, type Dialect, type ErrorReport } from './dialect';

const REQUEST_LINE = /^[A-Z]+ (\S+)/;

/** Answers what Node's parser refuses before a request exists, in the dialect of the path as far as it can be read. */
export function createSocketErrorHandler(dialectOf: (url: string) => Dialect) {
  return (error: ConnectionError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
      socket.destroy();
      return;
    }
    const dialect = dialectOf(REQUEST_LINE.exec(startOf(error))?.[1] ?? '');
    const report = toReport(error);
    const answer = dialect.toAnswer(report);
    const body = toBodyText(answer.body);
    socket.end(
      [
        `HTTP/1.1 ${String(answer.status)} ${STATUS_CODES[answer.status] ?? 'Error'}`,
        `content-type: ${dialect.contentType}`,
        `content-length: ${String(Buffer.byteLength(body))}`,
        `x-request-id: ${report.requestId}`,
        'x-content-type-options: nosniff',
        ...Object.entries(dialect.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  };
}

function startOf(error: ConnectionError): string {
  const { rawPacket } = error as { rawPacket?: unknown };
  return Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1', 0, 2048) : '';
}

function toReport(error: ConnectionError): ErrorReport {
  const base = { fields: [], requestId: randomUUID() };
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return { ...base, status: 431, code: 'headers_too_large', message: 'the address and headers are too large' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { ...base, status: 408, code: 'request_timeout', message: 'the request did not arrive in time' };
    default:
      return { ...base, status: 400, code: 'malformed_http', message: 'this is not HTTP/1.1' };
  }
}
