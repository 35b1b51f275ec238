import { box, makeAvcSample, type Mp4Sample, uint32 } from './media-h264';

/** How long {@link makeMp4} is, and how large. */
export const MP4 = { seconds: 2, width: 320, height: 176 } as const;

const TIMESCALE = 1_000;

/**
 * A video of one picture that is shown for two seconds. `quarterTurns`: how often a player turns it clockwise.
 */
export function makeMp4({ sample = makeAvcSample(MP4.width, MP4.height), quarterTurns = 0 }: Mp4Options = {}): Buffer {
  const fileType = box('ftyp', Buffer.from('isom'), uint32(512), Buffer.from('isom'));
  const size = moov(sample, quarterTurns, 0).length;
  const offset = fileType.length + size + 8;
  return Buffer.concat([fileType, moov(sample, quarterTurns, offset), box('mdat', sample.data)]);
}

export interface Mp4Options {
  readonly sample?: Mp4Sample;
  readonly quarterTurns?: 0 | 1;
}

function moov(sample: Mp4Sample, quarterTurns: 0 | 1, offset: number): Buffer {
  const duration = MP4.seconds * TIMESCALE;
  const header = box(
    'mvhd',
    uint32(0, 0, 0, TIMESCALE, duration, 0x10000, 0x01000000, 0, 0),
    matrix(0),
    uint32(0, 0, 0, 0, 0, 0, 2),
  );
  const track = box('tkhd', uint32(3, 0, 0, 1, 0, duration, 0, 0, 0, 0), matrix(quarterTurns), uint32(MP4.width << 16, MP4.height << 16)); // prettier-ignore
  const mediaHeader = box('mdhd', uint32(0, 0, 0, TIMESCALE, duration, 0x55c40000));
  const handler = box(
    'hdlr',
    uint32(0, 0),
    Buffer.from('vide', 'latin1'),
    uint32(0, 0, 0),
    Buffer.from('video\0', 'latin1'),
  );
  const information = box('minf', box('vmhd', uint32(1, 0, 0)), dataReference(), sampleTable(sample, offset));
  return box('moov', header, box('trak', track, box('mdia', mediaHeader, handler, information)));
}

function dataReference(): Buffer {
  return box('dinf', box('dref', uint32(0, 1), box('url ', uint32(1))));
}

function sampleTable({ format, boxes, data }: Mp4Sample, offset: number): Buffer {
  const entry = Buffer.alloc(78);
  entry.writeUInt16BE(1, 6);
  entry.writeUInt16BE(MP4.width, 24);
  entry.writeUInt16BE(MP4.height, 26);
  entry.writeUInt32BE(0x00480000, 28);
  entry.writeUInt32BE(0x00480000, 32);
  entry.writeUInt16BE(1, 40);
  entry.writeUInt16BE(24, 74);
  entry.writeInt16BE(-1, 76);
  return box(
    'stbl',
    box('stsd', uint32(0, 1), box(format, entry, ...boxes)),
    box('stts', uint32(0, 1, 1, MP4.seconds * TIMESCALE)),
    box('stsc', uint32(0, 1, 1, 1, 1)),
    box('stsz', uint32(0, data.length, 1)),
    box('stco', uint32(0, 1, offset)),
  );
}

/** Nine numbers that say how the picture is turned; the translation keeps it in view. */
function matrix(quarterTurns: 0 | 1): Buffer {
  const one = 0x10000;
  return quarterTurns === 0
    ? uint32(one, 0, 0, 0, one, 0, 0, 0, 0x40000000)
    : uint32(0, one, 0, -one >>> 0, 0, 0, MP4.height << 16, 0, 0x40000000);
}
