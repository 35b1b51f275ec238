import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { identify, isAlive, listPids, parentOf, type ProcessIdentity } from '../../src/embedded/process-identity';
import { createMediaBench, findMediaProcesses, makeSearchPath, type MediaBench } from '../support/media-bench';
import { makeJpeg } from '../support/media-files';
import { makeHeavyPng } from '../support/media-hostile';
import { until } from '../support/until';

const ROOT = join(__dirname, '../..');
const LOADER = pathToFileURL(require.resolve('tsx')).href;
const HAS_PROC = existsSync('/proc/self/status');

/** All of it has to be in memory to be drawn, which takes a while. */
const heavy = makeHeavyPng(11_000);
/** More than fits into what the processes of some tests may have. */
const tooHeavy = makeHeavyPng(18_000);
const SCARCE = { memoryBytes: 260 * 1024 ** 2, maxPixels: 400_000_000 };

let bench: MediaBench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

function open(options: Parameters<typeof createMediaBench>[0] = {}): MediaBench {
  bench = createMediaBench({ processes: 1, ...options });
  return bench;
}

async function draw({ put, tools, directory }: MediaBench, name: string, bytes: Buffer): Promise<unknown> {
  return await tools.previews(put(name, bytes), 'image/png', join(directory, `previews of ${name}`));
}

test('a file that takes too long ends in preview_timeout, and costs no other file its result', async () => {
  const own = open({ processes: 2, limits: { previewsMs: 300 } });
  const good = own.put('good.jpg', await makeJpeg());
  await Promise.all([own.tools.identify(good), own.tools.identify(good)]);
  const outcomes = await Promise.allSettled([
    draw(own, 'heavy.png', heavy),
    ...Array.from({ length: 10 }, () => own.tools.identify(good)),
  ]);
  expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: { code: 'preview_timeout' } });
  expect(outcomes.slice(1).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'fulfilled'));
  expect(own.warnings).toMatchObject([{ task: 'previews', by: 'timeout' }]);
});

test('a file that takes too much memory ends in preview_out_of_memory, and the next one is worked on', async () => {
  const own = open({ limits: SCARCE });
  await expect(draw(own, 'heavy.png', tooHeavy)).rejects.toMatchObject({ code: 'preview_out_of_memory' });
  const good = own.put('good.jpg', await makeJpeg());
  const { previews, probed } = await own.tools.examine(good, join(own.directory, 'previews'));
  expect(probed).toMatchObject({ metadata: { exif: { Make: 'Longhaul' } } });
  expect(previews).toMatchObject({ made: { large: expect.any(String) } });
});

test('without prlimit the memory is watched', async () => {
  const own = open({ programs: ['perl'], limits: SCARCE });
  if (HAS_PROC) await expect(draw(own, 'heavy.png', tooHeavy)).rejects.toMatchObject({ code: 'preview_out_of_memory' });
});

test('a file whose process is killed is done by another one', async () => {
  const own = open();
  await own.tools.identify(own.put('good.jpg', await makeJpeg()));
  const drawing = draw(own, 'heavy.png', heavy);
  const [pid = 0] = findMediaProcesses();
  process.kill(pid, 'SIGKILL');
  expect(await drawing).toMatchObject({ made: { small: expect.any(String) } });
  expect(own.warnings).toMatchObject([{ task: 'previews', by: 'crash', attempt: 1 }]);
  expect(findMediaProcesses()).not.toContain(pid);
});

test('who gives up gets the reason at once', async () => {
  const own = open();
  await own.tools.identify(own.put('good.jpg', await makeJpeg()));
  const path = own.put('heavy.png', heavy);
  const drawing = own.tools.previews(path, 'image/png', join(own.directory, 'p'), AbortSignal.timeout(200));
  await expect(drawing).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('closing while files are worked on ends everything, exiftool too', async () => {
  const own = open({ processes: 2 });
  const good = own.put('good.jpg', await makeJpeg());
  await Promise.all([own.tools.probe(good, 'image/jpeg'), own.tools.probe(good, 'image/jpeg')]);
  const all = findFamily(findMediaProcesses());
  expect(all.length).toBeGreaterThanOrEqual(4);
  const drawing = draw(own, 'heavy.png', heavy);
  const closing = own.tools.close();
  await expect(drawing).rejects.toThrow('the media tools are closed');
  await closing;
  await until(() => !all.some((one) => isAlive(one)));
});

test('what a process may allocate is bounded by the system, and it writes no cores', async () => {
  const own = open();
  await own.tools.identify(own.put('good.jpg', await makeJpeg()));
  const [pid = 0] = findMediaProcesses();
  if (!HAS_PROC || !existsSync(join(own.directory, 'bin/prlimit'))) return;
  const limits = readFileSync(`/proc/${String(pid)}/limits`, 'utf8');
  expect(Number(/^Max data size +(\d+)/m.exec(limits)?.[1])).toBeGreaterThan(1024 ** 3);
  expect(limits).toMatch(/^Max core file size +0 +0/m);
});

test('a process gets nothing of our environment but where the programs are', async () => {
  process.env['LONGHAUL_TEST_SECRET'] = 'secret';
  const own = open();
  await own.tools.identify(own.put('good.jpg', await makeJpeg()));
  delete process.env['LONGHAUL_TEST_SECRET'];
  const [pid = 0] = findMediaProcesses();
  if (!HAS_PROC) return;
  const environment = readFileSync(`/proc/${String(pid)}/environ`, 'utf8').split('\0');
  const names = environment.map((line) => line.split('=')[0]).filter((name) => name !== '');
  expect(names.filter((name) => !name?.startsWith('NODE_CHANNEL'))).toEqual(['PATH', 'LANG']);
});

test('when the worker is killed with -9 its processes end, and exiftool with them', async () => {
  const own = open();
  const good = own.put('good.jpg', await makeJpeg());
  const script = `
    const { createMediaTools } = require(${JSON.stringify(join(ROOT, 'src/media/media-tools.ts'))});
    const tools = createMediaTools({ log: console, searchPath: process.argv[1], processes: 2 });
    const path = process.argv[2];
    Promise.all([tools.probe(path, 'image/jpeg'), tools.probe(path, 'image/jpeg')]).then(() => process.send('probed'));
    setInterval(() => undefined, 1000);
  `;
  const searchPath = makeSearchPath(join(own.directory, 'worker'), ['perl', 'prlimit']);
  const family = await killParent(script, [searchPath, good]);
  expect(family.length).toBeGreaterThanOrEqual(4);
  await until(() => !family.some((one) => isAlive(one)));
});

test('a process that a file keeps busy ends with its parent all the same', async () => {
  const watchdog = JSON.stringify(join(ROOT, 'src/media/child/watchdog.ts'));
  const busy = `require(${watchdog}).endWithParent(process.ppid).then(() => process.send('busy', () => { for (;;); }));`;
  const script = `
    const options = { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] };
    const child = require('node:child_process').spawn(process.execPath, ['--import', ${JSON.stringify(LOADER)}, '-e', ${JSON.stringify(busy)}], options);
    child.once('message', () => process.send('busy'));
  `;
  const family = await killParent(script, []);
  expect(family).not.toEqual([]);
  try {
    await until(() => !family.some((one) => isAlive(one)));
  } finally {
    for (const one of family.filter((left) => isAlive(left))) process.kill(one.pid, 'SIGKILL');
  }
});

/** Runs a script in a process, waits for its word, kills it with -9, and answers whom it has started. */
async function killParent(script: string, args: readonly string[]): Promise<readonly ProcessIdentity[]> {
  const stdio: ['ignore', 'inherit', 'inherit', 'ipc'] = ['ignore', 'inherit', 'inherit', 'ipc'];
  const parent = spawn(process.execPath, ['--import', LOADER, '-e', script, ...args], { stdio });
  await once(parent, 'message');
  const family = findFamily(listPids().filter((pid) => parentOf(pid) === parent.pid));
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  return family;
}

/** These processes, and those that they have started. */
function findFamily(parents: readonly number[]): readonly ProcessIdentity[] {
  const children = listPids().filter((pid) => parents.includes(parentOf(pid) ?? -1));
  return [...parents, ...children].map((pid) => identify(pid)).filter((one) => one !== null);
}
