import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:http2';

import { LOOPBACK } from './ports';

const DESCRIBE_NAMESPACE = '/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace';
const NAMESPACE_FIELD = 0x0a;
const FRAME_HEADER_BYTES = 5;
const OK = '0';

/**
 * True when a Temporal server on this port of the loopback address knows the namespace, which it does from the moment
 * it can take workflows. One plain HTTP/2 request and no gRPC client: those keep retrying on timers of their own after
 * they are closed, and such a timer that throws ends the process.
 */
export async function isNamespaceServed(port: number, namespace: string, timeoutMs: number): Promise<boolean> {
  const session = connect(`http://${LOOPBACK}:${String(port)}`);
  try {
    return await new Promise<boolean>((resolve) => {
      const giveUp = (): void => {
        resolve(false);
      };
      session.once('error', giveUp);
      session.setTimeout(timeoutMs, giveUp);
      const request = session.request({
        ':method': 'POST',
        ':path': DESCRIBE_NAMESPACE,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      request.once('error', giveUp);
      request.once('close', giveUp);
      // A refused call ends with the status among the headers, an answered one with the status among the trailers.
      request.once('trailers', (trailers: IncomingHttpHeaders) => {
        resolve(trailers['grpc-status'] === OK);
      });
      request.resume();
      request.end(encodeFrame(namespace));
    });
  } finally {
    session.destroy();
  }
}

/** The gRPC frame of a message whose first field is one short string. */
function encodeFrame(text: string): Buffer {
  const value = Buffer.from(text);
  const message = Buffer.concat([Buffer.from([NAMESPACE_FIELD, value.length]), value]);
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}
