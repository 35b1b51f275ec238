import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addApiKey } from '../../src/store/credentials';
import { createAssets, createFolder, createUser, grantAccess } from '../support/fixtures';
import { makeJpeg } from '../support/media-files';
import { type AllInOneInstallation, startAllInOneInstallation } from './support/all-in-one';
import { type FileServer, startFileServer } from './support/file-server';
import { createOpened } from './support/opened';
import { REPOSITORY } from './support/root-process';

const ASSETS = 30;
const DEADLINE_MS = 240_000;
const run = promisify(execFile);
const opened = createOpened();
let stack: AllInOneInstallation;
let files: FileServer;
let picture: Buffer;

beforeAll(async () => {
  picture = await makeJpeg();
  files = opened.keep(await startFileServer({ '/tour.jpg': { body: picture } }));
  stack = await startAllInOneInstallation(opened, { OUTBOUND_ALLOW: '127.0.0.1' });
});
afterAll(() => opened.closeAll());

/** What a tour wants in its environment: things of its own, so that the tours do not meet. */
async function prepare(): Promise<Record<string, string>> {
  const { db } = stack.store;
  const { project } = stack.library;
  const guide = await createUser(db, { admin: true });
  await grantAccess(db, project.id, guide.ownTeamId, { canWrite: true, canApprove: true });
  const place = { projectId: project.id, ownerId: guide.id };
  const [from, to] = [await createFolder(db, place), await createFolder(db, place)];
  await createAssets(db, { ...place, parentId: from.id }, ASSETS);
  const [asset] = await createAssets(db, place, 1);
  return {
    LONGHAUL_URL: stack.installation.url,
    LONGHAUL_KEY: await addApiKey(db, guide.id),
    PROJECT: project.uuid,
    FROM: from.uuid,
    TO: to.uuid,
    ASSET: asset?.uuid ?? '',
    FILE_URL: files.urlOf('/tour.jpg'),
  };
}

const EXPECTED = () => [
  `move: succeeded, ${String(ASSETS)} of ${String(ASSETS)}`,
  `report: ${String(ASSETS)} items, 0 failed`,
  'file: succeeded',
  `media: tour.jpg, ${String(picture.length)} bytes, sha256 ${createHash('sha256').update(picture).digest('hex')}`,
  'share: active, its page answers 200',
  'review: approved',
  'action: succeeded, 2 of 2 nodes',
  'events: the move ended as succeeded',
];

test('the programs that the tours need are there', () => {
  for (const program of ['bash', 'curl', 'jq', 'python3']) {
    expect([program, spawnSync(program, ['--version']).status]).toEqual([program, 0]);
  }
});

test.each([
  ['curl', 'bash', ['tour.sh']],
  ['TypeScript', process.execPath, ['--import', 'tsx', 'tour.ts']],
  ['Python', 'python3', ['tour.py']],
])(
  'the tour with %s says what it did, and it is so',
  async (_with, program, args) => {
    const wishes = await prepare();
    const file = join(REPOSITORY, 'examples', 'clients', args.at(-1) ?? '');
    const env = { ...stack.installation.env, ...wishes };
    const { stdout } = await run(program, [...args.slice(0, -1), file], { cwd: REPOSITORY, env, timeout: DEADLINE_MS });
    expect(stdout.trimEnd().split('\n')).toEqual(EXPECTED());

    const { db } = stack.store;
    const target = await db
      .selectFrom('assets')
      .select('id')
      .where('uuid', '=', wishes['TO'] ?? '')
      .executeTakeFirstOrThrow();
    const moved = await db.selectFrom('assets').select('id').where('parent_id', '=', target.id).execute();
    const asset = await db
      .selectFrom('assets')
      .select('tags')
      .where('uuid', '=', wishes['ASSET'] ?? '')
      .executeTakeFirst();
    expect([moved.length, asset?.tags]).toEqual([ASSETS, ['signed-off']]);
  },
  300_000,
);

test('a tour that is refused says why, and fails', async () => {
  const wishes = { ...(await prepare()), LONGHAUL_KEY: 'not-a-key' };
  for (const [program, ...args] of [
    ['bash', 'tour.sh'],
    [process.execPath, '--import', 'tsx', 'tour.ts'],
    ['python3', 'tour.py'],
  ] as const) {
    const file = join(REPOSITORY, 'examples', 'clients', args.at(-1) ?? '');
    const env = { ...stack.installation.env, ...wishes };
    const end = await run(program, [...args.slice(0, -1), file], { cwd: REPOSITORY, env, timeout: DEADLINE_MS }).then(
      () => ({ code: 0, stdout: '', stderr: '' }),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
    expect(end.code).not.toBe(0);
    expect(`${end.stdout}${end.stderr}`).toMatch(/401|Unauthorized/);
  }
}, 120_000);
