import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { request } from 'undici';
import { createShareToken } from '../src/store/share-token';
import { generateAssets } from '../src/store/generate';
import { createUser } from '../src/store/people';
import { createProject } from '../src/store/project-creation';
import type { Home } from './home';
import type { ShareZipOptions } from './options';
import { demandLine } from './report';
import { watchMemory } from './resident-memory';
import { startRecord } from './results';
import { atMost } from './summary';

const MIB = 1_048_576;
const OBJECTS = 4;
const SMALL_FILES = 2_000;
const MOST_RSS_MIB = 64;
const SLOW_MS = 10_000;
const LEFT_WITHIN_MS = 5_000;

/**
 * A share of a folder with several large files and thousands of small ones, taken as one ZIP from a façade in a process of
 * its own: by a reader who takes all, one who takes nothing for a while, and one who leaves in the middle.
 */
export async function benchShareZip(home: Home, options: ShareZipOptions, tell: (line: string) => void) {
  const record = startRecord(options, home);
  const url = `${home.origin}/s/${await makeShare(home, options.megabytes)}/download.zip`;
  // The first ZIP of all, which is not counted, loads what later ones find.
  const { body: first } = await request(url);
  first.destroy();
  const whole = join(home.dataDir, 'whole.zip');
  const memory = watchMemory(home.serverPid);
  const startedAt = performance.now();
  await pipeline((await request(url)).body, createWriteStream(whole));
  const seconds = (performance.now() - startedAt) / 1_000;
  const wholeMiB = memory.stop() / MIB;
  tell(`whole    ${String(options.megabytes)} MiB and ${String(SMALL_FILES)} small files in ${seconds.toFixed(1)} s, ${(options.megabytes / seconds).toFixed(0)} MiB/s; growth ${wholeMiB.toFixed(0)} MiB`); // prettier-ignore
  const sound = await checkZip(whole);
  tell(`checked  by python3 zipfile: ${sound}`);
  await rm(whole);

  const slow = watchMemory(home.serverPid);
  const { body } = await request(url, { highWaterMark: MIB });
  await once(body, 'readable');
  await sleep(SLOW_MS);
  const slowMiB = slow.stop() / MIB;
  const held = await countOpenObjects(home);
  const leftAt = performance.now();
  body.on('error', () => undefined).destroy();
  let open = await countOpenObjects(home);
  while (open > 0 && performance.now() - leftAt < LEFT_WITHIN_MS) {
    await sleep(10);
    open = await countOpenObjects(home);
  }
  const leftMs = performance.now() - leftAt;
  tell(`slow     nothing taken for ${String(SLOW_MS / 1_000)} s: growth ${slowMiB.toFixed(0)} MiB, ${String(held)} objects open`); // prettier-ignore
  tell(`leaves   ${String(open)} objects open after ${leftMs.toFixed(0)} ms`);
  const demands = [
    atMost('growth of the façade, whole ZIP, MiB', wholeMiB, MOST_RSS_MIB),
    atMost('growth of the façade, slow reader, MiB', slowMiB, MOST_RSS_MIB),
    atMost('objects open at a slow reader', held, 1),
    atMost('objects open when the reader has left', open, 0),
    atMost('faults that an independent reader finds', sound === 'sound' ? 0 : 1, 0),
  ];
  tell(['', ...demands.map(demandLine)].join('\n'));
  tell(`written to ${await record.write({ demands, ...{ seconds, wholeMiB, slowMiB, held, leftMs, sound } })}`);
  return { allMet: demands.every(({ met }) => met) };
}

async function makeShare({ store: { db }, dataDir }: Home, megabytes: number): Promise<string> {
  const owner = await createUser(db, { email: 'owner@example.com', admin: false });
  const project = await createProject(db, 'zip');
  const place = { projectId: project.id, ownerId: owner.id };
  await generateAssets(db, { ...place, count: OBJECTS + SMALL_FILES, folders: 1 });
  const directory = join(dataDir, 'objects', 'bench');
  await mkdir(directory, { recursive: true });
  const sizes = [...Array.from({ length: OBJECTS }, () => Math.ceil(megabytes / OBJECTS) * MIB), MIB / 16];
  for (const [no, size] of sizes.entries()) await writeObject(join(directory, String(no)), size);
  await sql`
    insert into media (asset_id, filename, media_type, content_type, size_bytes, md5_sum, sha256_sum, object_key, previews, created_at)
    select a.id, 'same name.mov', 'video', 'video/quicktime', (${sizes}::bigint[])[least(a.no, ${OBJECTS + 1})], 'm', 's',
      'bench/' || least(a.no, ${OBJECTS + 1}) - 1, '{}', now()
    from (select id, row_number() over (order by id)::int as no from assets
      where project_id = ${project.id} and media_type <> 'folder') a`.execute(db);
  const { token, hash } = createShareToken();
  await sql`
    with folder as (select id from assets where project_id = ${project.id} and media_type = 'folder' limit 1), made as (
      insert into shares (uuid, project_id, asset_id, owner_id, permissions, token_hash)
      select uuidv7(), ${project.id}, folder.id, ${owner.id}, '{view,download}', ${hash} from folder returning id, asset_id)
    insert into share_assets (share_id, no, asset_id) select id, 1, asset_id from made`.execute(db);
  return token;
}

async function writeObject(path: string, size: number): Promise<void> {
  const file = await open(path, 'w');
  const block = randomBytes(Math.min(MIB, size));
  for (let at = 0; at < size; at += block.length) await file.write(block);
  await file.close();
}

/** `sound`, or what is wrong. */
async function checkZip(path: string): Promise<string> {
  const script = `import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
names = z.namelist()
assert z.testzip() is None, 'a checksum is wrong'
assert len(names) == ${String(OBJECTS + SMALL_FILES)}, len(names)
assert len(set(n.lower() for n in names)) == len(names), 'a name is there twice'
assert not any(n.startswith('/') or '..' in n for n in names), 'a name leads out'
print('sound')`;
  const child = spawn('python3', ['-c', script, path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  await once(child, 'close');
  return said.trim();
}

/** Files of the object store that the façade's process has open (Linux). */
async function countOpenObjects({ serverPid, dataDir }: Home): Promise<number> {
  const directory = `/proc/${String(serverPid)}/fd`;
  const names = await readdir(directory);
  const targets = await Promise.all(names.map((name) => readlink(join(directory, name)).catch(() => '')));
  return targets.filter((target) => target.startsWith(join(dataDir, 'objects'))).length;
}
