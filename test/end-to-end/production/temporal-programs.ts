import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../src/embedded/process';
import { findTemporalCli } from '../../../src/embedded/temporal-cli';
import { readComposeFile } from '../../deploy/compose-file';
import { silent } from '../support/silent';

/** The programs of the images `temporalio/server` and `temporalio/admin-tools`, built from the module they are made of. */
export interface TemporalPrograms {
  readonly server: string;
  /** A directory for PATH, with `temporal-sql-tool` and the Temporal CLI as `temporal`. */
  readonly toolDirectory: string;
  /** What lies in `/etc/temporal/schema` of the images. */
  readonly schemaDirectory: string;
}

const MODULE = 'go.temporal.io/server';
const SCHEMA = join('schema', 'postgresql', 'v12');
const CACHE = join(homedir(), '.cache', 'longhaul');
const ASK_GO_MS = 30_000;
const DOWNLOAD_MS = 10 * 60_000;
const BUILD_MS = 60 * 60_000;
const READABLE = 0o644;

/**
 * The programs in the version that docker-compose.yml names. They are built once, which takes minutes and needs Go and
 * the module proxy, and kept for all checkouts.
 * @throws Error that says what is missing
 */
export async function findTemporalPrograms(tell: (line: string) => void): Promise<TemporalPrograms> {
  const version = composeVersion();
  const directory = join(CACHE, `temporal-server-${version}`);
  if (!existsSync(directory)) await build(version, directory, tell);
  const toolDirectory = join(directory, 'bin');
  const cli = await findTemporalCli({ cliPath: process.env['TEMPORAL_CLI_PATH'], log: silent });
  linkCli(cli, toolDirectory);
  return {
    server: join(directory, 'bin', 'temporal-server'),
    toolDirectory,
    schemaDirectory: join(directory, 'schema'),
  };
}

function composeVersion(): string {
  const [, version] = /:(\d+\.\d+\.\d+)$/.exec(readComposeFile().services['temporal']?.image ?? '') ?? [];
  if (version === undefined) throw new Error('docker-compose.yml names no version of temporalio/server');
  return version;
}

async function build(version: string, directory: string, tell: (line: string) => void): Promise<void> {
  const go = await runCommand({ command: 'go', args: ['version'] }, ASK_GO_MS);
  if (go.code !== 0) {
    throw new Error(
      `Go is missing (${go.output}): the production shape needs the full Temporal server ${version}, which is built ` +
        `from its module ${MODULE}. Install Go (https://go.dev/dl) so that \`go\` is on PATH, and run it again.`,
    );
  }
  tell(`building the Temporal server ${version} from its Go module, once; this takes some minutes`);
  const draft = `${directory}.${String(process.pid)}`;
  const bin = join(draft, 'bin');
  mkdirSync(bin, { recursive: true });
  try {
    const downloaded = await run(['go', 'mod', 'download', '-json', `${MODULE}@v${version}`], DOWNLOAD_MS);
    const { Dir: source } = JSON.parse(downloaded.slice(downloaded.indexOf('{'))) as { readonly Dir: string };
    for (const [path, name] of [
      ['cmd/server', 'temporal-server'],
      ['cmd/tools/sql', 'temporal-sql-tool'],
    ] as const) {
      await run(['env', `GOBIN=${bin}`, 'go', 'install', `${MODULE}/${path}@v${version}`], BUILD_MS);
      renameSync(join(bin, path.slice(path.lastIndexOf('/') + 1)), join(bin, name));
    }
    copySchema(join(source, SCHEMA), join(draft, 'schema', 'postgresql', 'v12'));
    renameSync(draft, directory);
  } catch (error) {
    // Two that build at once: the one that is done first gives it its name.
    if (!existsSync(directory)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function run([command = '', ...args]: readonly string[], timeoutMs: number): Promise<string> {
  const { code, output } = await runCommand({ command, args }, timeoutMs);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
  return output;
}

/** File by file: those of the module cannot be written to, and such copies could not be removed. */
function copySchema(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, source.slice(from.length + 1));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(source));
    chmodSync(target, READABLE);
  }
}

function linkCli(cli: string, toolDirectory: string): void {
  // The one on PATH needs no link.
  if (cli === 'temporal') return;
  const link = join(toolDirectory, 'temporal');
  const draft = `${link}.${String(process.pid)}`;
  rmSync(draft, { force: true });
  symlinkSync(cli, draft);
  renameSync(draft, link);
}
