import type { Socket } from 'node:net';
import type { Client } from 'undici';

/** The parts of undici's parser of HTTP/1 that are needed to have it finish. */
interface Parser {
  paused: boolean;
  /** Not set while no answer is under way. */
  readonly statusCode: number | null;
  readonly ptr: number | null;
  readonly llhttp: { llhttp_resume(ptr: number): void };
  execute(chunk: Uint8Array): void;
  finish(): Error | null;
}

const NOTHING = Buffer.alloc(0);

/**
 * undici 7 ends the process when a connection ends before the body was read so far: its parser is paused then, and must
 * not be when it is told of the end (nodejs/undici#5360, mended in version 8, which needs Node 22). So the parser of this
 * connection first takes what is left. That is no more than what has come already, and waits in the body to be read.
 */
export function takeEndWhilePaused(client: Client, socket: Socket): void {
  client.once('connect', () => {
    const parser = parserOf(socket);
    if (parser === null) return;
    const finish = parser.finish.bind(parser);
    parser.finish = () => {
      if (parser.paused) takeRest(parser, socket);
      return isThrough(parser) ? null : finish();
    };
  });
}

function takeRest(parser: Parser, socket: Socket): void {
  let rest: Uint8Array | null;
  do {
    goOn(parser);
    rest = socket.read() as Uint8Array | null;
    parser.execute(rest ?? NOTHING);
  } while (rest !== null && !isThrough(parser));
  goOn(parser);
}

/** Nobody has to wait any more: what comes now is the last of it. */
function goOn(parser: Parser): void {
  if (parser.paused && parser.ptr !== null) parser.llhttp.llhttp_resume(parser.ptr);
  parser.paused = false;
}

/** The answer is complete, or was given up. */
function isThrough({ statusCode, ptr }: Parser): boolean {
  return !statusCode || ptr === null;
}

function parserOf(socket: Socket): Parser | null {
  const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'parser');
  const parser = symbol === undefined ? undefined : (socket as unknown as Readonly<Record<symbol, unknown>>)[symbol];
  return isParser(parser) ? parser : null;
}

function isParser(value: unknown): value is Parser {
  return typeof value === 'object' && value !== null && 'finish' in value && 'execute' in value && 'paused' in value;
}
