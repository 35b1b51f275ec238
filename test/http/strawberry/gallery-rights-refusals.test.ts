import type { LightMyRequestResponse } from 'fastify';
import { newUuid } from '../../../src/store/ids';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createUser } from '../../support/fixtures';
import { digestStore } from '../../support/store-digest';
import { createGalleryLibrary, FORBIDDEN, type GalleryLibrary, readRights } from './gallery-library';
import { buildStrawberryApp, type Method, ORIGIN, type StrawberryApp } from './strawberry-app';

let database: TestDatabase;
let facade: StrawberryApp;
let { gallery, team, bob, keys } = {} as GalleryLibrary;

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildStrawberryApp(database.store);
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});
beforeEach(async () => {
  ({ gallery, team, bob, keys } = await createGalleryLibrary(db()));
});

const call = (method: Method, path: string, body?: object, key = keys.ann) =>
  facade.call(key, method, `/api/v1/galleries/${path}`, body);
const answerOf = ({ statusCode, body }: LightMyRequestResponse) => [statusCode, JSON.parse(body)] as const;
const json = (answer: LightMyRequestResponse): unknown => JSON.parse(answer.body);

const noGallery = (text = gallery.id) => ({ error: `Couldn't find Gallery with 'id'=${text}` });
const noTeam = (text: string) => ({ error: `Couldn't find Team with 'id'=${text}` });
const badBoolean = (name: string, value: unknown) => ({
  error: `Invalid parameter '${name}' value ${JSON.stringify(value)}: Must be one of: <code>true</code>, <code>false</code>.`,
});

type Route = readonly [method: Method, path: (name: string) => string, sent?: () => object];
const OF_GALLERY: readonly Route[] = [
  ['GET', (name) => `${name}/teams`],
  ['GET', (name) => `${name}/effective_access_rights`],
  ['PUT', (name) => `${name}/teams`, () => ({ team_id: team.id, write: true })],
  ['DELETE', (name) => `${name}/teams/${bob.ownTeamId}`],
  ['PUT', (name) => `${name}/update_teams`, () => ({ own_teams: true, revoke: true })],
];
const ROUTES: readonly Route[] = [...OF_GALLERY, ['PUT', () => `update_teams/${team.id}`, () => ({ revoke: true })]];

describe('who may', () => {
  /** Runs what must change nothing. */
  async function changingNothing(work: () => Promise<void>): Promise<void> {
    const before = await digestStore(database.store.pool);
    await work();
    expect(await digestStore(database.store.pool)).toEqual(before);
  }

  it('is told 404 where there is nothing to read, be it unknown or foreign, and 403 where only managing is missing', () =>
    changingNothing(async () => {
      for (const [method, path, sent] of OF_GALLERY) {
        for (const name of [gallery.id, gallery.uuid, gallery.key]) {
          const foreign = await call(method, path(name), sent?.(), keys.stranger);
          expect(answerOf(foreign)).toEqual([404, noGallery(name)]);
        }
        for (const name of ['999999999', newUuid(), '0', 'no-such-name', '%27%3B--']) {
          const unknown = await call(method, path(name), sent?.(), keys.ann);
          expect(answerOf(unknown)).toEqual([404, noGallery(decodeURIComponent(name))]);
        }
        expect(answerOf(await call(method, path(gallery.id), sent?.(), keys.bob))).toEqual([403, FORBIDDEN]);
      }
    }));

  it('is told 404 and 403 before anything about parameters', () =>
    changingNothing(async () => {
      const bad = { team_id: 7, own_teams: 'maybe', write: [] };
      for (const path of [`${gallery.id}/teams`, `${gallery.id}/update_teams`]) {
        expect((await call('PUT', path, bad, keys.stranger)).statusCode).toBe(404);
        expect((await call('PUT', path, bad, keys.bob)).statusCode).toBe(403);
        expect((await call('PUT', path, bad, keys.ann)).statusCode).toBe(422);
      }
    }));

  it('an administrator may everything, without any team', async () => {
    for (const [method, path, sent] of ROUTES) {
      expect((await call(method, path(gallery.id), sent?.(), keys.admin)).statusCode).toBe(200);
    }
  });

  it('nobody without credentials may anything', () =>
    changingNothing(async () => {
      for (const [method, path, sent] of ROUTES) {
        for (const headers of [{}, { 'x-api-key': 'lh_none' }, { authorization: keys.ann }]) {
          const url = `/api/v1/galleries/${path(gallery.id)}`;
          const answer = await facade.app.inject({ method, url, headers, ...(sent && { payload: sent() }) });
          expect(answerOf(answer)).toEqual([401, { error: 'Unauthorized' }]);
        }
      }
    }));

  it('a browser session reads, and changes only from a page of ours', async () => {
    const browse = (method: Method, path: string, headers = {}) =>
      facade.browse(keys.ann, method, `/api/v1/galleries/${path}`, headers);
    await changingNothing(async () => {
      expect((await browse('GET', `${gallery.id}/teams`)).statusCode).toBe(200);
      for (const [method, path] of ROUTES.filter(([one]) => one !== 'GET')) {
        for (const headers of [{}, { origin: 'http://elsewhere.test' }, { origin: 'null' }]) {
          expect((await browse(method, `${path(gallery.id)}?revoke=true&own_teams=true`, headers)).statusCode).toBe(
            403,
          );
        }
      }
    });
    const own = await browse('PUT', `${gallery.id}/teams?team_id=${team.id}&write=true`, { origin: ORIGIN });
    expect([own.statusCode, (await readRights(db(), gallery))[team.id]]).toEqual([200, 'w--']);
  });
});

describe('bad parameters', () => {
  let before: Readonly<Record<string, string>>;
  beforeEach(async () => {
    before = await digestStore(database.store.pool);
  });
  afterEach(async () => {
    expect(await digestStore(database.store.pool)).toEqual(before);
  });

  it('a missing one is named', async () => {
    expect(answerOf(await call('PUT', `${gallery.id}/teams`))).toEqual([422, { error: 'Missing parameter team_id' }]);
    expect(answerOf(await call('PUT', `${gallery.id}/teams`, { write: true }))).toEqual([422, { error: 'Missing parameter team_id' }]); // prettier-ignore
    expect(answerOf(await call('PUT', `${gallery.id}/update_teams`, { revoke: true }))).toEqual([422, { error: 'Missing parameter own_teams' }]); // prettier-ignore
  });

  it.each([7, null, true, ['1'], { id: '1' }])('a team_id that is %j is no String', async (value) => {
    const answer = await call('PUT', `${gallery.id}/teams`, { team_id: value });
    const error = `Invalid parameter 'team_id' value ${JSON.stringify(value)}: Must be a String`;
    expect(answerOf(answer)).toEqual([422, { error }]);
  });

  it.each(['maybe', 'True', 'TRUE', '1', '', 1, 0, null, [true], {}])('%j is neither true nor false', async (value) => {
    for (const name of ['write', 'manage', 'approve']) {
      const answer = await call('PUT', `${gallery.id}/teams`, { team_id: team.id, [name]: value });
      expect(answerOf(answer)).toEqual([422, badBoolean(name, value)]);
    }
    for (const name of ['own_teams', 'revoke', 'write']) {
      const answer = await call('PUT', `${gallery.id}/update_teams`, { own_teams: true, [name]: value });
      expect(answerOf(answer)).toEqual([422, badBoolean(name, value)]);
    }
    for (const name of ['revoke', 'write']) {
      const answer = await call('PUT', `update_teams/${team.id}`, { [name]: value });
      expect(answerOf(answer)).toEqual([422, badBoolean(name, value)]);
    }
  });

  it('the same in a query', async () => {
    expect(answerOf(await call('PUT', `${gallery.id}/teams?team_id=${team.id}&write=yes`))).toEqual([422, badBoolean('write', 'yes')]); // prettier-ignore
  });

  it('a team that there is not is 404', async () => {
    for (const name of ['999999999', newUuid(), 'Picture desk', '']) {
      expect(answerOf(await call('PUT', `${gallery.id}/teams`, { team_id: name }))).toEqual([404, noTeam(name)]);
    }
    const long = await call('PUT', `${gallery.id}/teams`, { team_id: 'x'.repeat(2_000) });
    expect(answerOf(long)).toEqual([404, noTeam(`${'x'.repeat(128)}…`)]);
    const gone = await createUser(db());
    await db().updateTable('users').set({ deleted_at: new Date() }).where('id', '=', gone.id).execute();
    before = await digestStore(database.store.pool);
    for (const name of ['999999999', gone.ownTeamId]) {
      expect(answerOf(await call('DELETE', `${gallery.id}/teams/${name}`))).toEqual([404, noTeam(name)]);
      expect(answerOf(await call('PUT', `update_teams/${name}`, {}))).toEqual([404, noTeam(name)]);
    }
  });

  it('one that is given in query and body is refused, even with the same value', async () => {
    const answer = await call('PUT', `${gallery.id}/teams?write=false`, { team_id: team.id, write: true });
    expect(answerOf(answer)).toEqual([400, { error: 'write must be given once, in the query or in the body' }]);
    expect((await call('PUT', `${gallery.id}/teams?write=true&write=true`, { team_id: team.id })).statusCode).toBe(400);
  });

  it('a body that is no object, malformed, of another type, or too large is refused', async () => {
    const url = `/api/v1/galleries/${gallery.id}/teams`;
    const put = (payload: string, type = 'application/json') =>
      facade.app.inject({ method: 'PUT', url, payload, headers: { 'x-api-key': keys.ann, 'content-type': type } });
    const large = 'x'.repeat(20_000);
    const answers = [
      await put('[]'),
      await put('"text"'),
      await put('{"team_id":'),
      await put('{"__proto__": {}}'),
      await put('a=%FF', 'application/x-www-form-urlencoded'),
      await put('team_id=1&team_id=2', 'application/x-www-form-urlencoded'),
      await put('<team/>', 'text/xml'),
      await put(JSON.stringify({ team_id: large })),
      await put(`team_id=${large}`, 'application/x-www-form-urlencoded'),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([400, 400, 400, 400, 400, 400, 415, 413, 413]);
    for (const answer of answers) expect(json(answer)).toEqual({ error: expect.any(String) });
  });
});
