import type { LightMyRequestResponse } from 'fastify';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures';
import { createGalleryLibrary, FORBIDDEN, type GalleryLibrary, readRights } from './gallery-library';
import { buildStrawberryApp, type Method, type StrawberryApp } from './strawberry-app';

let database: TestDatabase;
let facade: StrawberryApp;
let { gallery, team, ann, bob, stranger, managers, keys } = {} as GalleryLibrary;

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
  ({ gallery, team, ann, bob, stranger, managers, keys } = await createGalleryLibrary(db()));
});

const call = (method: Method, path: string, body?: object, key = keys.ann) =>
  facade.call(key, method, `/api/v1/galleries/${path}`, body);
const answerOf = ({ statusCode, body }: LightMyRequestResponse) => [statusCode, JSON.parse(body)] as const;
const json = (answer: LightMyRequestResponse): unknown => JSON.parse(answer.body);

const NONE = { read: true, write: false, manage: false, approve: false };

describe('GET /galleries/:id/teams', () => {
  it('shows all teams, own ones too, with what they may do; not those of people who are gone', async () => {
    await db().updateTable('users').set({ deleted_at: new Date() }).where('id', '=', stranger.id).execute();
    const answer = await call('GET', `${gallery.id}/teams`);
    const rows = json(answer) as { id: number }[];
    const own = ({ ownTeamId }: TestUser) => rows.find(({ id }) => id === Number(ownTeamId));
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(rows.find(({ id }) => id === Number(managers.id))).toEqual({
      id: Number(managers.id),
      name: expect.stringMatching(/^team \d+$/),
      own_team: false,
      access: { ...NONE, manage: true },
    });
    expect(rows.find(({ id }) => id === Number(team.id))).toMatchObject({ own_team: false, access: null });
    expect(own(bob)).toEqual({ id: Number(bob.ownTeamId), name: bob.email, own_team: true, access: NONE });
    expect(own(ann)).toMatchObject({ own_team: true, access: null });
    expect(own(stranger)).toBeUndefined();
    expect(rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).sort((a, b) => a - b));
  });

  it('takes the gallery by any of its names', async () => {
    const answers = await Promise.all(
      [gallery.id, gallery.uuid, gallery.key].map((name) => call('GET', `${name}/teams`)),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  });
});

describe('GET /galleries/:id/effective_access_rights', () => {
  it('shows each user once, with the union of the rights and the teams that give them', async () => {
    await db().updateTable('users').set({ first_name: 'Bob', last_name: 'Byte' }).where('id', '=', bob.id).execute();
    await grantAccess(db(), gallery.id, team.id, { canWrite: true, canApprove: true });
    expect(json(await call('GET', `${gallery.id}/effective_access_rights`))).toEqual([
      {
        user: { id: Number(ann.id), email: ann.email, first_name: null, last_name: null },
        ...{ ...NONE, manage: true },
        teams: [{ id: Number(managers.id), name: expect.any(String) }],
      },
      {
        user: { id: Number(bob.id), email: bob.email, first_name: 'Bob', last_name: 'Byte' },
        ...{ ...NONE, write: true, approve: true },
        teams: [
          { id: Number(bob.ownTeamId), name: bob.email },
          { id: Number(team.id), name: expect.any(String) },
        ],
      },
    ]);
  });

  it('shows an administrator only where a team gives access, with the rights of the team, and nobody who is gone', async () => {
    const url = `${gallery.id}/effective_access_rights`;
    const emails = async () =>
      (json(await call('GET', url)) as { user: { email: string } }[]).map((one) => one.user.email);
    expect(await emails()).toEqual([ann.email, bob.email]);
    const admin = await createUser(db(), { admin: true });
    await grantAccess(db(), gallery.id, admin.ownTeamId);
    await db().updateTable('users').set({ deleted_at: new Date() }).where('id', '=', bob.id).execute();
    expect(await emails()).toEqual([ann.email, admin.email]);
    expect((json(await call('GET', url)) as object[])[1]).toMatchObject(NONE);
  });
});

describe('PUT /galleries/:id/teams', () => {
  it('gives the team these rights and no others, and answers its new state', async () => {
    const answer = await call('PUT', `${gallery.id}/teams`, { team_id: team.id, write: true, approve: true });
    const state = { id: Number(team.id), name: expect.any(String), own_team: false };
    expect(answerOf(answer)).toEqual([200, { ...state, access: { ...NONE, write: true, approve: true } }]);
    expect((await readRights(db(), gallery))[team.id]).toBe('w-a');
    const again = await call('PUT', `${gallery.id}/teams`, { team_id: team.id, manage: true });
    expect(answerOf(again)).toEqual([200, { ...state, access: { ...NONE, manage: true } }]);
    expect((await readRights(db(), gallery))[team.id]).toBe('-m-');
    await call('PUT', `${gallery.id}/teams`, { team_id: team.id });
    expect((await readRights(db(), gallery))[team.id]).toBe('---');
  });

  it.each(['id', 'uuid', 'key'] as const)('takes the team by its %s', async (name) => {
    const answer = await call('PUT', `${gallery[name]}/teams`, { team_id: team[name], write: true });
    expect([answer.statusCode, (await readRights(db(), gallery))[team.id]]).toEqual([200, 'w--']);
  });

  it('takes its parameters from the query, a JSON body or a form, true and false also as texts', async () => {
    const url = `/api/v1/galleries/${gallery.id}/teams`;
    const given = new URLSearchParams({ team_id: team.id, write: 'true', manage: 'false', approve: 'true' }).toString();
    const headers = { 'x-api-key': keys.ann };
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
    const ways = [
      () => facade.app.inject({ method: 'PUT', url: `${url}?${given}`, headers }),
      () => facade.app.inject({ method: 'PUT', url, headers: form, payload: given }),
      () => facade.app.inject({ method: 'PUT', url, headers, payload: { team_id: team.id, write: 'true', manage: 'false', approve: true } }), // prettier-ignore
      () => facade.app.inject({ method: 'PUT', url: `${url}?write=true`, headers, payload: { team_id: team.id, approve: 'true' } }), // prettier-ignore
    ];
    for (const send of ways) {
      await call('DELETE', `${gallery.id}/teams/${team.id}`);
      expect((await send()).statusCode).toBe(200);
      expect((await readRights(db(), gallery))[team.id]).toBe('w-a');
    }
  });

  it('leaves everything else that is sent alone', async () => {
    const answer = await call('PUT', `${gallery.id}/teams?locale=en`, { team_id: team.id, id: '7', gallery: {} });
    expect(answer.statusCode).toBe(200);
  });

  it('shows a manager who gives the own right away the new state, and nothing from then on', async () => {
    const reading = await call('PUT', `${gallery.id}/teams`, { team_id: managers.id });
    expect(answerOf(reading)).toEqual([200, expect.objectContaining({ access: NONE })]);
    expect(answerOf(await call('GET', `${gallery.id}/teams`))).toEqual([403, FORBIDDEN]);
    await grantAccess(db(), gallery.id, managers.id, { canManage: true });
    const leaving = await call('DELETE', `${gallery.id}/teams/${managers.id}`);
    expect(answerOf(leaving)).toEqual([200, expect.objectContaining({ access: null })]);
    expect((await call('GET', `${gallery.id}/teams`)).statusCode).toBe(404);
  });
});

describe('DELETE /galleries/:id/teams/:team_id', () => {
  it('takes all access away and answers the new state, also a second time', async () => {
    await grantAccess(db(), gallery.id, team.id, { canWrite: true });
    const state = { id: Number(team.id), name: expect.any(String), own_team: false, access: null };
    for (const name of [team.id, team.key]) {
      expect(answerOf(await call('DELETE', `${gallery.id}/teams/${name}`))).toEqual([200, state]);
    }
    expect(await readRights(db(), gallery)).toEqual({ [managers.id]: '-m-', [bob.ownTeamId]: '---' });
  });

  it('touches no other gallery', async () => {
    const other = await createProject(db());
    await grantAccess(db(), other.id, team.id, { canWrite: true });
    await call('DELETE', `${gallery.id}/teams/${team.id}`);
    expect(await readRights(db(), other)).toEqual({ [team.id]: 'w--' });
  });
});

describe('PUT /galleries/:id/update_teams', () => {
  beforeEach(async () => {
    await grantAccess(db(), gallery.id, team.id, { canWrite: true, canApprove: true });
    await grantAccess(db(), gallery.id, ann.ownTeamId, { canWrite: true, canApprove: true });
  });
  const update = (sent: object) => call('PUT', `${gallery.id}/update_teams`, sent);

  it('gives or takes the right to write of normal teams that have access; managing and approving stay', async () => {
    expect(answerOf(await update({ own_teams: false, write: true }))).toEqual([200, { updated_count: 1 }]);
    expect(await readRights(db(), gallery)).toEqual({ [managers.id]: 'wm-', [team.id]: 'w-a', [ann.ownTeamId]: 'w-a', [bob.ownTeamId]: '---' }); // prettier-ignore
    expect(answerOf(await update({ own_teams: 'false' }))).toEqual([200, { updated_count: 2 }]);
    expect(answerOf(await update({ own_teams: false, write: false }))).toEqual([200, { updated_count: 0 }]);
    expect(await readRights(db(), gallery)).toEqual({ [managers.id]: '-m-', [team.id]: '--a', [ann.ownTeamId]: 'w-a', [bob.ownTeamId]: '---' }); // prettier-ignore
  });

  it('does the same with own teams', async () => {
    expect(answerOf(await update({ own_teams: true, write: true }))).toEqual([200, { updated_count: 1 }]);
    expect(await readRights(db(), gallery)).toEqual({ [managers.id]: '-m-', [team.id]: 'w-a', [ann.ownTeamId]: 'w-a', [bob.ownTeamId]: 'w--' }); // prettier-ignore
  });

  it('revokes, whatever write says, and counts what is gone', async () => {
    expect(answerOf(await update({ own_teams: true, revoke: true, write: true }))).toEqual([200, { updated_count: 2 }]);
    expect(await readRights(db(), gallery)).toEqual({ [managers.id]: '-m-', [team.id]: 'w-a' });
    expect(answerOf(await update({ own_teams: 'true', revoke: 'true' }))).toEqual([200, { updated_count: 0 }]);
    expect(answerOf(await update({ own_teams: false, revoke: true }))).toEqual([200, { updated_count: 2 }]);
    expect((await update({ own_teams: false, revoke: true })).statusCode).toBe(404);
  });

  it('neither touches nor counts what nobody is shown: teams of people who are gone', async () => {
    await db().updateTable('users').set({ deleted_at: new Date() }).where('id', '=', bob.id).execute();
    expect(answerOf(await update({ own_teams: true, revoke: true }))).toEqual([200, { updated_count: 1 }]);
  });
});

describe('PUT /galleries/update_teams/:team_id', () => {
  let others: readonly TestThing[];
  const update = (sent: object, key = keys.ann) => call('PUT', `update_teams/${team.id}`, sent, key);

  beforeEach(async () => {
    others = [await createProject(db()), await createProject(db()), await createProject(db())];
    const [managed = gallery, written = gallery, without = gallery] = others;
    for (const project of [gallery, managed, written])
      await grantAccess(db(), project.id, team.id, { canApprove: true });
    await grantAccess(db(), managed.id, ann.ownTeamId, { canManage: true });
    await grantAccess(db(), without.id, ann.ownTeamId, { canManage: true });
    await grantAccess(db(), written.id, ann.ownTeamId, { canWrite: true });
  });

  it('touches only galleries that the caller manages and the team has access to', async () => {
    const rights = () => Promise.all([gallery, ...others].map(async (one) => (await readRights(db(), one))[team.id]));
    expect(answerOf(await update({ write: true }))).toEqual([200, { updated_count: 2 }]);
    expect(await rights()).toEqual(['w-a', 'w-a', '--a', undefined]);
    expect(answerOf(await update({ write: 'true' }))).toEqual([200, { updated_count: 0 }]);
    expect(answerOf(await update({}))).toEqual([200, { updated_count: 2 }]);
    expect(answerOf(await update({ revoke: true, write: true }))).toEqual([200, { updated_count: 2 }]);
    expect(await rights()).toEqual([undefined, undefined, '--a', undefined]);
    expect(answerOf(await update({ revoke: true }, keys.admin))).toEqual([200, { updated_count: 1 }]);
  });

  it('is for those who manage something: others are not told whether there is such a team', async () => {
    for (const name of [team.id, '999999999']) {
      for (const key of [keys.bob, keys.stranger]) {
        expect(answerOf(await call('PUT', `update_teams/${name}`, {}, key))).toEqual([403, FORBIDDEN]);
      }
    }
  });
});

it('knows no other route', async () => {
  for (const [method, path] of [
    ['POST', 'teams'],
    ['GET', 'update_teams'],
    ['PATCH', 'teams'],
  ] as const) {
    expect(answerOf(await call(method, `${gallery.id}/${path}`))).toEqual([404, { error: 'there is no such route' }]);
  }
});

it('documents its routes with their parameters', async () => {
  const { paths } = json(await facade.app.inject({ url: '/openapi.json' })) as {
    paths: Record<string, Record<string, { parameters?: { name: string; in: string; schema: object }[]; requestBody?: { content: object } }>>; // prettier-ignore
  };
  const documented = Object.entries(paths).filter(([path]) => path.startsWith('/api/v1/galleries') && !path.endsWith('/review_request')); // prettier-ignore
  const operations = documented.flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
  expect(operations.sort()).toEqual([
    'delete /api/v1/galleries/{id}/teams/{team_id}',
    'get /api/v1/galleries/{id}/effective_access_rights',
    'get /api/v1/galleries/{id}/teams',
    'put /api/v1/galleries/update_teams/{team_id}',
    'put /api/v1/galleries/{id}/teams',
    'put /api/v1/galleries/{id}/update_teams',
  ]);
  const put = paths['/api/v1/galleries/{id}/teams']?.['put'];
  expect(put?.parameters?.map((one) => `${one.in} ${one.name}`).sort()).toEqual(['path id', 'query approve', 'query manage', 'query team_id', 'query write']); // prettier-ignore
  expect(put?.parameters?.find(({ name }) => name === 'write')?.schema).toEqual({ type: 'boolean' });
  expect(Object.keys(put?.requestBody?.content ?? {})).toEqual([
    'application/json',
    'application/x-www-form-urlencoded',
  ]);
});
