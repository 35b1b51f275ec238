import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, extname, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type MediaLimits } from './limits';
import { type MediaSettings } from './media-task';

/** How a process that works on files is started. */
export interface MediaLaunch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
}

const MEBIBYTE = 1024 ** 2;
/** The heap of JavaScript may have half of the memory; the pixels lie outside of it. */
const HEAP_SHARE = 2;

/**
 * The same file beside this one, from source or compiled. Of our environment it gets nothing but the search path: no
 * secrets.
 */
export function buildLaunch(searchPath: string, limits: MediaLimits): MediaLaunch {
  const { memoryBytes } = limits;
  const source = extname(__filename) === '.ts';
  const loader = source ? ['--import', pathToFileURL(require.resolve('tsx')).href] : [];
  const heap = `--max-old-space-size=${String(Math.floor(memoryBytes / HEAP_SHARE / MEBIBYTE))}`;
  const main = join(__dirname, 'child', `main${extname(__filename)}`);
  const args = [heap, ...loader, main, JSON.stringify(toSettings(searchPath, limits))];
  return { command: process.execPath, args, env: { PATH: searchPath, LANG: 'C.UTF-8' }, memoryBytes };
}

function toSettings(searchPath: string, { maxPixels, memoryBytes, probeMs, previewsMs }: MediaLimits): MediaSettings {
  return {
    parentPid: process.pid,
    maxPixels,
    memoryBytes,
    // So that a program is ended by the process that started it, which lives on and keeps what else it found.
    exiftoolMs: Math.ceil(probeMs / 2),
    drawMs: Math.ceil(previewsMs / 3),
    programs: {
      perl: findProgram('perl', searchPath),
      pdftoppm: findProgram('pdftoppm', searchPath),
      ffmpeg: findProgram('ffmpeg', searchPath),
      prlimit: findProgram('prlimit', searchPath),
    },
  };
}

/** The absolute path of a program in the directories of a PATH; null when none has it. */
function findProgram(name: string, searchPath: string): string | null {
  const paths = searchPath.split(delimiter).filter((directory) => isAbsolute(directory));
  return paths.map((directory) => join(directory, name)).find((path) => isExecutable(path)) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
