import { pipeline, type Readable, Transform } from 'node:stream';

/**
 * The stream, which fails unless it has exactly so many bytes: a body that ends early under a length that was promised
 * would leave its reader waiting, and one that is too long would pass for the next answer.
 */
export function wholeStream(stream: Readable, sizeBytes: number): Readable {
  let left = sizeBytes;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) done(new Error('the object has more bytes than it was said to have'));
      else done(null, chunk);
    },
    flush(done) {
      done(left === 0 ? null : new Error(`the object ended ${String(left)} bytes early`));
    },
  });
  // A fault of either is one of both, and is told to whoever reads the result.
  pipeline(stream, counted, () => undefined);
  return counted;
}
