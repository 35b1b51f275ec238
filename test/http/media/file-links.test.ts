import { randomBytes } from 'node:crypto';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { ObjectGoneError } from '../../../src/domain/object-gone';
import { CONTENT, createMediaFilesFixture, type MediaFilesFixture } from './media-files-fixture';

let fixture: MediaFilesFixture;

beforeAll(async () => {
  fixture = await createMediaFilesFixture();
});
afterAll(() => fixture.close());
beforeEach(() => {
  fixture.clock.nowMs = Date.now();
});

const addMedia: MediaFilesFixture['addMedia'] = (over) => fixture.addMedia(over);
const linkTo: MediaFilesFixture['linkTo'] = (made, over) => fixture.linkTo(made, over);
const load: MediaFilesFixture['load'] = (url, headers, method) => fixture.load(url, headers, method);
const hold: MediaFilesFixture['hold'] = (key, content) => fixture.hold(key, content);

describe('a link', () => {
  it('that is forged is refused, whether or not there is such a file', async () => {
    const url = linkTo(await addMedia());
    const bodies = new Set<string>();
    for (const forged of [
      url.replace(/signature=(.)/, (_, first: string) => `signature=${first === 'A' ? 'B' : 'A'}`),
      url.replace(/&signature=.*/, ''),
      url.replace(/\?.*/, ''),
      url.replace('/original', '/small'),
      url.replace(/media\/\d+/, 'media/999999'),
      url.replace(/media\/\d+/, 'media/x'),
      `${url}&download=1`,
      `${url}&filename=a.exe`,
    ]) {
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await load(forged, {}, method);
        expect([forged, answer.statusCode]).toEqual([forged, 403]);
        if (method === 'GET') bodies.add(answer.body.replace(/"request_id":"[^"]*"/, ''));
      }
    }
    expect(bodies.size).toBe(1);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)('cannot be used with %s', async (method) => {
    const answer = await load(linkTo(await addMedia()), {}, method);
    expect(answer.statusCode).toBe(403);
  });

  it('that has expired reads like one to a file that is gone', async () => {
    const [made, other] = [await addMedia(), await addMedia()];
    const urls = [linkTo(made), linkTo(other)];
    fixture.facade.objects.held.delete(other.key);
    const gone = await load(urls[1] ?? '');
    fixture.clock.nowMs += 3_900_000;
    const expired = await load(urls[0] ?? '');
    const withoutId = (body: string) => body.replace(/"request_id":"[^"]*"/, '');
    expect([expired.statusCode, withoutId(expired.body)]).toEqual([404, withoutId(gone.body)]);
    expect(expired.headers['cache-control']).toBe('no-store');
  });

  it('leads nowhere once its media are deleted, or that has been decided', async () => {
    const { db } = fixture.database.store;
    const [deleted, purging, trashed] = [await addMedia(), await addMedia(), await addMedia()];
    await db.deleteFrom('media').where('id', '=', deleted.mediaId).execute();
    for (const { assetId } of [purging, trashed])
      await db
        .updateTable('assets')
        .set({ deleted_at: new Date(), trash_root_id: assetId })
        .where('id', '=', assetId)
        .execute();
    await db.updateTable('assets').set({ purging_at: new Date() }).where('id', '=', purging.assetId).execute();
    expect((await load(linkTo(deleted))).statusCode).toBe(404);
    expect((await load(linkTo(purging))).statusCode).toBe(404);
    expect((await load(linkTo(trashed))).statusCode).toBe(200);
  });

  it('needs no credentials, and wrong ones do no harm', async () => {
    expect((await load(linkTo(await addMedia()), { 'x-api-key': 'lh_wrong' })).statusCode).toBe(200);
  });
});

describe('an object store', () => {
  it('that is away is no missing file', async () => {
    const url = linkTo(await addMedia());
    for (const method of ['stat', 'read'] as const) {
      jest.spyOn(fixture.facade.objects, method).mockRejectedValueOnce(new Error('ECONNREFUSED 10.0.0.7'));
      const answer = await load(url);
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(answer.body).not.toContain('10.0.0.7');
    }
  });

  it('that loses the object between a look and the reading has no file', async () => {
    const made = await addMedia();
    jest.spyOn(fixture.facade.objects, 'read').mockRejectedValueOnce(new ObjectGoneError(made.key));
    expect((await load(linkTo(made))).statusCode).toBe(404);
  });
});

describe('over a connection', () => {
  let origin: string;
  beforeAll(async () => {
    await fixture.facade.app.listen({ host: '127.0.0.1', port: 0 });
    origin = `http://127.0.0.1:${String((fixture.facade.app.server.address() as AddressInfo).port)}`;
  });

  const fetchWhole = (url: string) =>
    fetch(origin + url).then(async (answer) => Buffer.from(await answer.arrayBuffer()));

  it('a large file arrives as it was', async () => {
    const made = await addMedia();
    const content = randomBytes(5_000_000);
    hold(made.key, content);
    expect((await fetchWhole(linkTo(made))).equals(content)).toBe(true);
  });

  it.each([
    [
      'fails in the middle',
      async function* () {
        yield Buffer.alloc(100_000);
        await Promise.resolve();
        throw new Error('the disk is away');
      },
    ],
    [
      'ends too early',
      async function* () {
        yield Buffer.alloc(100_000);
        await Promise.resolve();
      },
    ],
    [
      'is longer than it was said to be',
      async function* () {
        yield Buffer.alloc(900_000);
        yield Buffer.alloc(900_000);
        await Promise.resolve();
      },
    ],
  ])('a file that %s breaks the connection', async (_what, make) => {
    const made = await addMedia();
    hold(made.key, Buffer.alloc(1_000_000));
    jest.spyOn(fixture.facade.objects, 'read').mockResolvedValueOnce(Readable.from(make()));
    await expect(fetchWhole(linkTo(made))).rejects.toThrow();
    expect(await fetchWhole(linkTo(await addMedia()))).toEqual(CONTENT);
  });

  it('the object is let go of when its reader leaves', async () => {
    const made = await addMedia();
    hold(made.key, Buffer.alloc(50_000_000));
    let given: AbortSignal | undefined;
    const endless = Readable.from(
      (async function* () {
        for (let part = 0; part < 500; part += 1) yield await Promise.resolve(Buffer.alloc(100_000));
      })(),
    );
    jest.spyOn(fixture.facade.objects, 'read').mockImplementationOnce(async (_key, _range, signal) => {
      given = signal;
      return endless;
    });
    const request = get(origin + linkTo(made), (response) => {
      response.once('data', () => request.destroy());
    });
    request.on('error', () => undefined);
    await new Promise((resolve) => endless.once('close', resolve));
    expect(endless.destroyed).toBe(true);
    expect(given?.aborted).toBe(true);
  });
});
