/** One sample of a video track: the name of what it is coded in, the boxes that go with it, and its bytes. */
export interface Mp4Sample {
  readonly format: string;
  readonly boxes: readonly Buffer[];
  readonly data: Buffer;
}

/** Luma and both chromas of red above and blue below. */
const UPPER = [81, 90, 240] as const;
const LOWER = [41, 240, 110] as const;

const MACROBLOCK = 16;
const BASELINE = [66, 0xc0, 30];
const RAW_MACROBLOCK = 25;
const INTRA_SLICE = 7;

/**
 * A picture in H.264 (ITU-T H.264, annex A: baseline), red above and blue below, every macroblock raw (I_PCM), so that no
 * encoder is needed. Width and height are multiples of 16.
 */
export function makeAvcSample(width: number, height: number): Mp4Sample {
  const sequence = makeSequenceParameters(width / MACROBLOCK, height / MACROBLOCK);
  const picture = makePictureParameters();
  const configuration = Buffer.concat([
    Buffer.from([1, ...BASELINE, 0xff, 0xe1]),
    withSize(sequence, 2),
    Buffer.from([1]),
    withSize(picture, 2),
  ]);
  const slice = makeSlice(width / MACROBLOCK, height / MACROBLOCK);
  return { format: 'avc1', boxes: [box('avcC', configuration)], data: withSize(slice, 4) };
}

/** A box of MP4: its size, its name, what it holds. */
export function box(name: string, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([uint32(content.length + 8), Buffer.from(name, 'latin1'), content]);
}

export function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function makeSequenceParameters(columns: number, rows: number): Buffer {
  const bits = new Bits();
  for (const byte of BASELINE) bits.fixed(byte, 8);
  bits.golomb(0, 0, 2, 1).fixed(0, 1);
  bits.golomb(columns - 1, rows - 1).fixed(0b1100, 4);
  return bits.toUnit(0x67);
}

function makePictureParameters(): Buffer {
  const bits = new Bits();
  bits.golomb(0, 0).fixed(0, 2).golomb(0, 0, 0).fixed(0, 3).golomb(0, 0, 0).fixed(0b100, 3);
  return bits.toUnit(0x68);
}

function makeSlice(columns: number, rows: number): Buffer {
  const bits = new Bits();
  // No deblocking filter (the last 1): the edge between the colours stays sharp.
  bits.golomb(0, INTRA_SLICE, 0).fixed(0, 4).golomb(0).fixed(0, 2).golomb(0, 1);
  for (let index = 0; index < columns * rows; index += 1) {
    const [luma, blue, red] = index < columns * Math.floor(rows / 2) ? UPPER : LOWER;
    bits.golomb(RAW_MACROBLOCK).align();
    bits.bytes(luma, 256).bytes(blue, 64).bytes(red, 64);
  }
  return bits.toUnit(0x65);
}

function withSize(unit: Buffer, sizeBytes: 2 | 4): Buffer {
  const size = Buffer.alloc(sizeBytes);
  size.writeUIntBE(unit.length, 0, sizeBytes);
  return Buffer.concat([size, unit]);
}

class Bits {
  private readonly done: number[] = [];
  private byte = 0;
  private count = 0;

  fixed(value: number, length: number): this {
    for (let bit = length - 1; bit >= 0; bit -= 1) {
      this.byte = (this.byte << 1) | ((value >> bit) & 1);
      this.count += 1;
      if (this.count < 8) continue;
      this.done.push(this.byte);
      this.byte = 0;
      this.count = 0;
    }
    return this;
  }

  /** Unsigned Exp-Golomb codes. */
  golomb(...values: readonly number[]): this {
    for (const value of values) {
      const length = Math.floor(Math.log2(value + 1));
      this.fixed(0, length).fixed(value + 1, length + 1);
    }
    return this;
  }

  align(): this {
    while (this.count > 0) this.fixed(0, 1);
    return this;
  }

  bytes(value: number, times: number): this {
    for (let index = 0; index < times; index += 1) this.done.push(value);
    return this;
  }

  /** Behind the header of its kind, with its last bit set, and with a 3 wherever it would look like the beginning of another unit. */
  toUnit(header: number): Buffer {
    this.fixed(1, 1).align();
    const bytes = [header];
    let zeros = 0;
    for (const byte of this.done) {
      if (zeros >= 2 && byte <= 3) {
        bytes.push(3);
        zeros = 0;
      }
      bytes.push(byte);
      zeros = byte === 0 ? zeros + 1 : 0;
    }
    return Buffer.from(bytes);
  }
}
