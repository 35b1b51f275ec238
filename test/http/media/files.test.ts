import { parse } from 'content-disposition';
import { toFileHeaders } from '../../../src/http/media/file-headers';
import { createMediaFilesFixture, type MediaFilesFixture, SHA256 } from './media-files-fixture';

let fixture: MediaFilesFixture;

beforeAll(async () => {
  fixture = await createMediaFilesFixture();
});
afterAll(() => fixture.close());

const addMedia: MediaFilesFixture['addMedia'] = (over) => fixture.addMedia(over);
const linkTo: MediaFilesFixture['linkTo'] = (made, over) => fixture.linkTo(made, over);
const load: MediaFilesFixture['load'] = (url, headers, method) => fixture.load(url, headers, method);
const hold: MediaFilesFixture['hold'] = (key, content) => fixture.hold(key, content);

describe('an original', () => {
  it('is offered for download, with its name, its tag and its length', async () => {
    const answer = await load(linkTo(await addMedia()));
    expect([answer.statusCode, answer.body]).toEqual([200, 'abcdefghij']);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '10',
      'content-disposition': 'attachment; filename=Sea.JPG',
      etag: `"${SHA256}"`,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': expect.stringMatching(/^private, max-age=3[6-9]\d\d$/),
    });
  });

  it.each(['text/html', 'image/svg+xml', 'application/xml', 'application/pdf', 'text/javascript', 'nonsense'])(
    'of type %s is bytes to a browser',
    async (contentType) => {
      const answer = await load(linkTo(await addMedia({ contentType })));
      expect(answer.headers['content-type']).toBe('application/octet-stream');
      expect(answer.headers['content-disposition']).toMatch(/^attachment;/);
    },
  );

  it.each([
    ['a"b.jpg', 'a_b.jpg'],
    ['a;b.jpg', 'a;b.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['é.jpg', 'é.jpg'],
    ['你 שלום.jpg', '你 שלום.jpg'],
    ['a\r\nset-cookie: x=1.jpg', 'aset-cookie_ x=1.jpg'],
    ['\u202egpj.exe', 'gpj.exe'],
    ['', '_'],
  ])('called %j is offered as %j', async (filename, offered) => {
    const answer = await load(linkTo(await addMedia({ filename })));
    expect(answer.statusCode).toBe(200);
    const header = String(answer.headers['content-disposition']);
    expect(header).toMatch(/^attachment; filename[\x20-\x7e]+$/);
    expect(parse(header)).toMatchObject({ type: 'attachment', parameters: { filename: offered } });
  });

  it('called by half a character has a name all the same', () => {
    const file = {
      filename: 'a\ud800b.jpg',
      contentType: 'image/jpeg',
      sha256Sum: SHA256,
      objectKey: 'k',
      previews: [],
    };
    const target = { mediaId: '1', variant: 'original', filename: null } as const;
    const headers = toFileHeaders(file, target, { sizeBytes: 1, secondsLeft: 1 });
    expect(parse(headers['content-disposition'] ?? '').parameters).toEqual({ filename: 'a\ufffdb.jpg' });
  });

  it('has the name that the link says, whatever the media is called', async () => {
    const answer = await load(linkTo(await addMedia(), { filename: 'other.png' }));
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="?other\.png"?$/);
  });

  it('is not sent to who has it', async () => {
    const url = linkTo(await addMedia());
    const answer = await load(url, { 'if-none-match': `W/"x", "${SHA256}"` });
    expect([answer.statusCode, answer.body, answer.headers['etag']]).toEqual([304, '', `"${SHA256}"`]);
    expect((await load(url, { 'if-none-match': '"x"' })).statusCode).toBe(200);
  });
});

describe('a preview', () => {
  it('is shown in place', async () => {
    const answer = await load(linkTo(await addMedia({ contentType: 'application/pdf' }), { variant: 'small' }));
    expect([answer.statusCode, answer.body]).toEqual([200, 'tiny']);
    expect(answer.headers).toMatchObject({ 'content-type': 'image/webp', 'content-disposition': 'inline', etag: `"${SHA256}.small.4"` }); // prettier-ignore
    expect(answer.headers['content-security-policy']).toBe("sandbox; default-src 'none'");
  });

  it('that was never made is not there, whatever lies in the store', async () => {
    const made = await addMedia();
    hold(`${made.key}.large.webp`, 'x');
    expect((await load(linkTo(made, { variant: 'large' }))).statusCode).toBe(404);
  });
});

describe('a range', () => {
  it.each([
    ['bytes=0-0', 'a', 'bytes 0-0/10'],
    ['bytes=-1', 'j', 'bytes 9-9/10'],
    ['bytes=2-4', 'cde', 'bytes 2-4/10'],
    ['bytes=5-', 'fghij', 'bytes 5-9/10'],
    ['bytes=5-100', 'fghij', 'bytes 5-9/10'],
  ])('%s is served', async (range, body, contentRange) => {
    const answer = await load(linkTo(await addMedia()), { range });
    expect([answer.statusCode, answer.body]).toEqual([206, body]);
    expect(answer.headers).toMatchObject({ 'content-range': contentRange, 'content-length': String(body.length), etag: `"${SHA256}"` }); // prettier-ignore
  });

  it('past the end is refused with the length', async () => {
    const answer = await load(linkTo(await addMedia()), { range: 'bytes=10-' });
    expect(answer.statusCode).toBe(416);
    expect(answer.headers).toMatchObject({ 'content-range': 'bytes */10', 'cache-control': 'no-store' });
    expect(answer.json()).toMatchObject({ code: 'range_not_satisfiable' });
  });

  it.each(['bytes=5-2', 'garbage', 'bytes=0-1,4-5', 'bytes=0-,0-,0-,0-'])(
    '%s is answered with the whole',
    async (range) => {
      // prettier-ignore
      const answer = await load(linkTo(await addMedia()), { range });
      expect([answer.statusCode, answer.body]).toEqual([200, 'abcdefghij']);
      expect(answer.headers['content-range']).toBeUndefined();
    },
  );

  it('counts only while the file is the one that the caller has a part of', async () => {
    const url = linkTo(await addMedia());
    const range = 'bytes=2-4';
    expect((await load(url, { range, 'if-range': `"${SHA256}"` })).statusCode).toBe(206);
    for (const stale of ['"other"', `W/"${SHA256}"`, 'Wed, 21 Oct 2025 07:28:00 GMT'])
      expect((await load(url, { range, 'if-range': stale })).body).toBe('abcdefghij');
  });
});

describe('HEAD', () => {
  it('tells all but the bytes, which are not opened', async () => {
    const url = linkTo(await addMedia());
    const read = jest.spyOn(fixture.facade.objects, 'read');
    const [whole, head] = [await load(url), await load(url, { range: 'bytes=0-1' }, 'HEAD')];
    expect([head.statusCode, head.body]).toEqual([200, '']);
    for (const name of [
      'content-type',
      'content-length',
      'content-disposition',
      'etag',
      'accept-ranges',
      'cache-control',
    ])
      expect(head.headers[name]).toBe(whole.headers[name]);
    expect(read).toHaveBeenCalledTimes(1);
  });
});
