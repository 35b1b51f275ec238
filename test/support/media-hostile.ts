import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { makePdf, xmp } from './media-files';

/** Files that are not what they say, or want something of whoever looks into them. Everything here is harmless by itself. */

/** A JPEG of which the second half is missing. */
export async function makeTruncatedJpeg(): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 400 * 300 * 3 }, (_, index) => (index * 7919) % 251));
  const jpeg = await sharp(pixels, { raw: { width: 400, height: 300, channels: 3 } })
    .jpeg()
    .toBuffer();
  return jpeg.subarray(0, jpeg.length / 2);
}

/** A PNG of some 70 bytes that claims this many pixels and holds next to none of them. */
export function makePixelBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  return makePngOf(header, deflateSync(Buffer.alloc(10)));
}

/** A PNG that holds all it claims, 8 bits of grey in seven passes, so that all of it has to be in memory. */
export function makeHeavyPng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8;
  header[12] = 1;
  return makePngOf(header, deflateSync(Buffer.alloc(side * side + 2 * side * 2)));
}

function makePngOf(header: Buffer, data: Buffer): Buffer {
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([size, named, sum]);
}

/** A GIF by its first six bytes, a script by all of them. */
export const GIF_SCRIPT = Buffer.from('GIF89a=1;alert(document.domain)//');
/** The same with bytes that no text holds. */
export const GIF_SCRIPT_WITH_BYTES = Buffer.concat([
  Buffer.from('GIF89a/*'),
  Buffer.alloc(20),
  Buffer.from('*/=1;alert(1)'),
]);
/** To be named .jpg. */
export const HTML_PAGE = Buffer.from('<!-- x -->\n<!DOCTYPE html><html><body><script>alert(1)</script></body></html>');
/** To be named .png. */
export const PDF_PAGE = makePdf();

/** A drawing that asks for everything that a drawing may not have. `canary` is the address that must not be asked. */
export function makeHostileSvg(canary: string, secretPath: string): Buffer {
  return Buffer.from(
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://${secretPath}"><!ENTITY y SYSTEM "${canary}/entity">]>` +
      '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ' +
      'xmlns:xi="http://www.w3.org/2001/XInclude" width="200" height="100" onload="alert(1)">' +
      `<style>@import url("${canary}/css"); rect { fill: url("${canary}/fill") }</style><script>fetch("${canary}/script")</script>` +
      `<image xlink:href="${canary}/image.png" width="50" height="50"/><image xlink:href="file://${secretPath}" width="9" height="9"/>` +
      `<xi:include href="secret.txt" parse="text"/><foreignObject width="9" height="9"><iframe src="${canary}/frame"/></foreignObject>` +
      '<text y="50">&x;&y;</text></svg>',
  );
}

/** A drawing that can be drawn, and would show the text of the file beside it if it were read from its path. */
export function makeIncludingSvg(name: string): Buffer {
  return Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xi="http://www.w3.org/2001/XInclude" width="200" height="100">' +
      `<rect width="200" height="100" fill="white"/><text y="50" font-size="40"><xi:include href="${name}" parse="text"/></text></svg>`,
  );
}

/** Entities that would grow to some gigabytes. */
export function makeLaughingSvg(): Buffer {
  const entities = Array.from({ length: 10 }, (_, index) => {
    const value = index === 0 ? 'ha' : `&e${String(index - 1)};`.repeat(10);
    return `<!ENTITY e${String(index)} "${value}">`;
  });
  return Buffer.from(
    `<?xml version="1.0"?><!DOCTYPE svg [${entities.join('')}]>` +
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><text y="50">&e9;</text></svg>',
  );
}

/** A drawing of groups within groups. */
export function makeDeepSvg(depth: number): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">${'<g>'.repeat(depth)}${'</g>'.repeat(depth)}</svg>`,
  );
}

/** Lists of other files, each of which players follow; all of them point at the canary. */
export function makePlaylists(canary: string): Readonly<Record<string, Buffer>> {
  const texts = {
    hls: `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${canary}/hls.ts\n#EXT-X-ENDLIST\n`,
    'hls behind a mark': `\ufeff\n#EXTM3U\n#EXTINF:10,\n${canary}/hls2.ts\n`,
    dash:
      '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S">' +
      `<BaseURL>${canary}/dash/</BaseURL><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">` +
      '<BaseURL>v.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
    concat: `ffconcat version 1.0\nfile '${canary}/concat.mp4'\n`,
    smil: `<!-- x --><smil><body><video src="${canary}/smil.mp4"/></body></smil>`,
    pls: `[playlist]\nFile1=${canary}/pls.mp3\nNumberOfEntries=1\n`,
    asx: `<ASX version="3.0"><Entry><Ref href="${canary}/asx.wmv"/></Entry></ASX>`,
    xspf: `<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>${canary}/x.mp3</location></track></trackList></playlist>`,
    'smooth streaming': `<SmoothStreamingMedia MajorVersion="2"><StreamIndex Url="${canary}/ism"/></SmoothStreamingMedia>`,
    'digital cinema': `<AssetMap><AssetList><Asset><Path>${canary}/dcp.mxf</Path></Asset></AssetList></AssetMap>`,
  };
  const wide = Buffer.concat([Buffer.from('fffe', 'hex'), Buffer.from(texts.hls, 'utf16le')]);
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)])),
    'hls in UTF-16': wide,
    'a QuickTime reference': makeReferenceMovie(`${canary}/rmra.mov`),
  };
}

function makeReferenceMovie(url: string): Buffer {
  const atom = (name: string, content: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(content.length + 8);
    return Buffer.concat([size, Buffer.from(name, 'latin1'), content]);
  };
  const reference = Buffer.concat([
    Buffer.from('00000000', 'hex'),
    Buffer.from('url '),
    Buffer.from('00000000', 'hex'),
  ]);
  reference.writeUInt32BE(url.length + 1, 8);
  const descriptor = atom('rmda', atom('rdrf', Buffer.concat([reference, Buffer.from(`${url}\0`)])));
  return Buffer.concat([atom('ftyp', Buffer.from('qt  \0\0\0\0qt  ')), atom('moov', atom('rmra', descriptor))]);
}

/** A WebP whose XMP has what no database and no object of JavaScript likes, 3,000 tags and a text of a megabyte. */
export async function makeWebpOfHostileXmp(canary: string): Promise<Buffer> {
  const numbers = Array.from({ length: 3_000 }, (_, index) => String(index));
  const elements = [
    '<t:__proto__>polluted</t:__proto__><t:constructor>x</t:constructor>',
    '<t:nul>a&#0;b&#1;c</t:nul><t:half>a&#xD800;b</t:half><t:huge>1e999</t:huge><t:fraction>1/0</t:fraction>',
    `<t:deep>${'<rdf:Bag><rdf:li>'.repeat(40)}x${'</rdf:li></rdf:Bag>'.repeat(40)}</t:deep>`,
    `<t:long>${'y'.repeat(1_000_000)}</t:long>`,
    ...numbers.map((number) => `<t:tag${number}>${number}</t:tag${number}>`),
  ];
  const doctype = `<!DOCTYPE x [<!ENTITY e SYSTEM "${canary}/xmp">]>`;
  const packet = xmp(elements.join('')).replace('<x:xmpmeta', `${doctype}<x:xmpmeta`);
  const background = { r: 1, g: 2, b: 3 };
  return await sharp({ create: { width: 30, height: 20, channels: 3, background } })
    .withXmp(packet)
    .webp()
    .toBuffer();
}
