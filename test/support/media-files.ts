import sharp from 'sharp';

/** Files that are what they say, as bytes: made by code, so that a test knows everything about them. */

/** Where the picture of {@link makeJpeg} says that it was taken. */
export const PLACE = { latitude: -33.8568, longitude: 151.2153, altitude: 12.5 } as const;

/** How long {@link makeWav} is, in seconds. */
export const WAV_SECONDS = 1.5;

const RED = { r: 200, g: 30, b: 30 };
const BLUE = { r: 30, g: 30, b: 200 };

/** A picture whose upper half is red and whose lower half is blue, so that it shows when it has been turned. */
function picture(width: number, height: number, alpha = 1): sharp.Sharp {
  const lower = { create: { width, height: height - Math.floor(height / 2), channels: 3, background: BLUE } } as const;
  return sharp({ create: { width, height, channels: 4, background: { ...RED, alpha } } }).composite([
    { input: lower, left: 0, top: Math.floor(height / 2) },
  ]);
}

/**
 * A JPEG as a camera makes one: held on its side (orientation 6, so that it is seen `height` × `width`), with place and
 * time in its EXIF, keywords in IPTC, title in XMP.
 */
export async function makeJpeg(width = 400, height = 300): Promise<Buffer> {
  const jpeg = await picture(width, height)
    .jpeg()
    .withExif({
      IFD0: { Make: 'Longhaul', Model: 'Test camera' },
      IFD2: { DateTimeOriginal: '2024:01:02 03:04:05', ExposureTime: '1/250', FNumber: '28/10' },
      IFD3: {
        GPSLatitudeRef: 'S',
        GPSLatitude: '33/1 51/1 2448/100',
        GPSLongitudeRef: 'E',
        GPSLongitude: '151/1 12/1 5508/100',
        GPSAltitudeRef: '0',
        GPSAltitude: '125/10',
      },
    })
    .withXmp(xmp('<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt></dc:title>'))
    .withMetadata({ orientation: 6 })
    .toBuffer();
  return insertIptc(jpeg, { headline: 'Ships come in', keywords: ['harbour', 'ship'] });
}

/** Its upper half can be seen through. */
export async function makePng(width = 300, height = 200): Promise<Buffer> {
  return await picture(width, height, 0.5).png().toBuffer();
}

export async function makeWebp(width = 300, height = 200): Promise<Buffer> {
  return await picture(width, height).webp().toBuffer();
}

export async function makeAvif(width = 300, height = 200): Promise<Buffer> {
  return await picture(width, height).avif({ effort: 0 }).toBuffer();
}

/** In the colours of print. */
export async function makeTiff(width = 300, height = 200): Promise<Buffer> {
  return await picture(width, height).toColourspace('cmyk').tiff({ compression: 'lzw' }).toBuffer();
}

/** Two frames: the first is red, the second blue. */
export async function makeGif(width = 60, height = 40): Promise<Buffer> {
  const frames = await Promise.all(
    [RED, BLUE].map((background) =>
      sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  return await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 100] })
    .toBuffer();
}

export function makeSvg(width = 120, height = 80): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" ` +
      `height="${String(height)}"><rect width="100%" height="50%" fill="rgb(200,30,30)"/><rect y="50%" width="100%" ` +
      'height="50%" fill="rgb(30,30,200)"/></svg>',
  );
}

/** One page of 200 × 100 points with a black box on its left half. */
export function makePdf(): Buffer {
  const drawing = '0 0 100 100 re f';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Resources << >> /Contents 4 0 R >>',
    `<< /Length ${String(drawing.length)} >>\nstream\n${drawing}\nendstream`,
  ];
  let text = '%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = String(objects.length + 1);
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}trailer\n<< /Size ${size} /Root 1 0 R >>\n`;
  return Buffer.from(`${text}${table}startxref\n${String(text.length)}\n%%EOF\n`, 'latin1');
}

/** A tone, mono, 16 bits, 8 kHz. */
export function makeWav(): Buffer {
  const rate = 8_000;
  const data = Buffer.alloc(rate * WAV_SECONDS * 2);
  for (let index = 0; index < data.length / 2; index += 1) {
    data.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * 440 * index) / rate)), index * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

export function makeText(): Buffer {
  return Buffer.from('Zoë was here,\tand left a line.\r\n写真\n', 'utf8');
}

/** An XMP packet around these elements of `rdf:Description`. */
export function xmp(elements: string): string {
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
    `xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://test.example/ns/">${elements}</rdf:Description></rdf:RDF>` +
    '</x:xmpmeta><?xpacket end="w"?>'
  );
}

/** Puts IPTC into a JPEG, where Photoshop keeps it: a segment APP13 right behind the beginning. */
function insertIptc(jpeg: Buffer, { headline, keywords }: { headline: string; keywords: readonly string[] }): Buffer {
  const fields = [iptcField(105, headline), ...keywords.map((keyword) => iptcField(25, keyword))];
  const iptc = Buffer.concat(fields);
  const resource = Buffer.alloc(12);
  resource.write('8BIM', 0, 'latin1');
  resource.writeUInt16BE(0x0404, 4);
  resource.writeUInt32BE(iptc.length, 8);
  const padding = Buffer.alloc(iptc.length % 2);
  const content = Buffer.concat([Buffer.from('Photoshop 3.0\0', 'latin1'), resource, iptc, padding]);
  const marker = Buffer.from([0xff, 0xed, 0, 0]);
  marker.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), marker, content, jpeg.subarray(2)]);
}

function iptcField(number: number, text: string): Buffer {
  const head = Buffer.from([0x1c, 2, number, 0, 0]);
  head.writeUInt16BE(Buffer.byteLength(text), 3);
  return Buffer.concat([head, Buffer.from(text)]);
}
