import { addApiKey } from '../../../src/store/credentials';
import { createUser } from '../../support/fixtures';
import { createMediaFilesFixture, type MadeMedia, type MediaFilesFixture } from './media-files-fixture';

let fixture: MediaFilesFixture;
let key: string;

beforeAll(async () => {
  fixture = await createMediaFilesFixture();
  const { db } = fixture.database.store;
  key = await addApiKey(db, (await createUser(db, { admin: true })).id);
});
afterAll(() => fixture.close());

const get = (made: MadeMedia, path: string) =>
  fixture.facade.call(key, 'GET', `/api/v2/assets/${made.assetId}/${path}`);
const follow = (url: string | null | undefined) => fixture.load((url ?? '').replace('http://f.test', ''));

it('a download link loads the file under the name asked for, without credentials', async () => {
  const made = await fixture.addMedia();
  const answer = await get(made, `media/${made.mediaId}/download_url?filename=my%20sea.jpg`);
  const { url } = answer.json<{ url: string }>();
  expect(url).toMatch(
    /^http:\/\/f\.test\/media\/\d+\/original\?expires=\d+&filename=my\+sea\.jpg&signature=[\w-]{43}$/,
  );
  const file = await follow(url);
  expect([file.statusCode, file.body]).toEqual([200, 'abcdefghij']);
  expect(file.headers['content-disposition']).toBe('attachment; filename="my sea.jpg"');
});

it('there is no download link to a file that is gone', async () => {
  const made = await fixture.addMedia();
  fixture.facade.objects.held.delete(made.key);
  expect((await get(made, `media/${made.mediaId}/download_url?filename=a.jpg`)).body).toBe('{"url":null}');
});

it('an object store that is away is told, and is no file that is gone', async () => {
  const made = await fixture.addMedia();
  jest.spyOn(fixture.facade.objects, 'stat').mockRejectedValueOnce(new Error('ECONNREFUSED'));
  const answer = await get(made, `media/${made.mediaId}/download_url?filename=a.jpg`);
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
  expect(answer.body).not.toMatch(/ECONN/);
});

it('media link to the previews that there are, and tell the kind of their store', async () => {
  const made = await fixture.addMedia();
  interface Body {
    media: { preview_urls: { small: string; medium: null; large: null }; locations: unknown }[];
  }
  const [media] = (await get(made, 'media?include_locations=true')).json<Body>().media;
  expect(media?.preview_urls).toEqual({ small: expect.stringContaining('/small?'), medium: null, large: null });
  expect(media?.locations).toEqual([{ storage: 'memory', key: made.key, size: 10 }]);
  const preview = await follow(media?.preview_urls.small);
  expect([preview.statusCode, preview.body, preview.headers['content-type']]).toEqual([200, 'tiny', 'image/webp']);
});
