import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, listPids } from '../../src/embedded/process-identity';
import { createMediaBench, type MediaBench } from '../support/media-bench';
import { makePdf } from '../support/media-files';
import { makeMp4 } from '../support/media-mp4';
import { until } from '../support/until';

let bench: MediaBench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

/** Has the page of a PDF drawn by a program that does this. */
async function drawBy(script: string, limits: Parameters<typeof createMediaBench>[0] = {}): Promise<unknown> {
  bench = createMediaBench({ processes: 1, scripts: { pdftoppm: script }, ...limits });
  const path = bench.put('a.pdf', makePdf());
  return await bench.tools.previews(path, 'application/pdf', join(bench.directory, 'previews'));
}

function leftBehind(): readonly string[] {
  return readdirSync(join(bench?.directory ?? '', 'previews'));
}

/** Whether a program still runs that was started with this argument. */
function runs(argument: string): boolean {
  return listPids().some((pid) => commandLine(pid).includes(argument));
}

test('a program that takes too long is ended, and its process lives on', async () => {
  const unique = String(1_000_000 + process.pid);
  await expect(drawBy(`exec sleep ${unique}`, { limits: { previewsMs: 900 } })).rejects.toMatchObject({ code: 'preview_timeout' }); // prettier-ignore
  // By the process itself: nobody had to end that.
  expect(bench?.warnings).toEqual([]);
  expect(runs(unique)).toBe(false);
  expect(leftBehind()).toEqual([]);
});

test('a program that is under way when the tools are closed is ended with them', async () => {
  const unique = String(2_000_000 + process.pid);
  const drawing = drawBy(`exec sleep ${unique}`);
  const settled = drawing.catch((error: unknown) => error);
  await until(() => runs(unique));
  await bench?.tools.close();
  expect(await settled).toEqual(new Error('the media tools are closed'));
  await until(() => !runs(unique));
});

test('what a program says is kept as the cause of the fault, and no more of it than is good', async () => {
  const outcome = await drawBy('head -c 100000 /dev/zero | tr "\\\\0" x >&2; echo " no such page" >&2; exit 7').catch(
    (error: unknown) => error,
  );
  const { code, message, cause } = outcome as Error & { code: string; cause: Error };
  expect({ code, message }).toEqual({ code: 'preview_failed', message: expect.stringMatching(/^The file is damaged/) });
  expect(cause.message).toMatch(/^ended with 7: x+ no such page$/);
  expect(cause.message.length).toBeLessThan(3_000);
});

test.each([
  ['makes no picture', 'exit 0'],
  ['makes something that is no picture', 'for last in "$@"; do :; done; echo hello > "$last.png"'],
  ['is killed', 'kill -9 $$'],
])('a program that %s is a fault of the file', async (_what, script) => {
  await expect(drawBy(script)).rejects.toMatchObject({ code: 'preview_failed' });
  expect(leftBehind()).toEqual([]);
});

test('a program may take no more memory and write no larger file than its process', async () => {
  const limits = 'for last in "$@"; do :; done; (ulimit -d; ulimit -f; ulimit -c) >&2; exit 1';
  const outcome = await drawBy(limits, { limits: { memoryBytes: 300 * 1024 ** 2 } }).catch((error: unknown) => error);
  const { cause } = outcome as { cause: Error };
  // In kibibytes and in blocks of 512 bytes.
  expect(cause.message).toMatch(/ended with 1: 307200\s+1048576\s+0$/);
});

test('a program gets the path as one argument behind its options, and none of our environment', async () => {
  const outcome = await drawBy('echo "$# $8" >&2; env | grep -v "^PWD=\\|^_=\\|^SHLVL=\\|^OLDPWD=" >&2; exit 1').catch(
    (error: unknown) => error,
  );
  const path = join(bench?.directory ?? '', 'a.pdf');
  expect((outcome as { cause: Error }).cause.message).toContain(`ended with 1: 10 -png\nLANG=C`);
  expect((outcome as { cause: Error }).cause.message).not.toContain(process.env['HOME'] ?? path);
});

test('ffmpeg is asked for one picture of one stream, by the reader of the container, and may open files only', async () => {
  bench = createMediaBench({ processes: 1, scripts: { ffmpeg: 'echo "$@" >&2; exit 1' } });
  const path = bench.put('a.mp4', makeMp4());
  const drawing = bench.tools.previews(path, 'video/mp4', join(bench.directory, 'previews'));
  const { cause } = (await drawing.catch((error: unknown) => error)) as { cause: Error };
  expect(cause.message).toMatch(/-nostdin .*-protocol_whitelist file -f mov -max_pixels 160000000 .*-i file:\/.*a\.mp4 -map 0:v:0 -frames:v 1/); // prettier-ignore
});
