import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** An S3 service of the test's own, in memory. */
export interface TestS3 {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const VERSION = '5.2.1';
const CACHE = join(__dirname, '../../.cache');
const PACKAGES = join(CACHE, `moto-${VERSION}`);
const INSTALL_MS = 300_000;
/** It ends with its standard input, so that none outlives a test that was killed. */
const PROGRAM = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(["-H", "127.0.0.1", "-p", "0"])
`;
const LISTENS = /Running on (http:\/\/127\.0\.0\.1:\d+)/;

/** How long `beforeAll` may have to wait: the first time the packages are fetched. */
export const MOTO_START_MS = INSTALL_MS + 60_000;

/** Starts moto on a free port of the loopback; its packages are fetched once, into .cache. It fails without python3. */
export async function startTestS3(): Promise<TestS3> {
  if (!existsSync(PACKAGES)) await install();
  const child = spawn('python3', ['-c', PROGRAM], {
    env: { ...process.env, PYTHONPATH: PACKAGES, MOTO_ALLOW_NONEXISTENT_REGION: 'true' },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said: string[] = [];
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    void ended.then(() => reject(new Error(`moto ended: ${said.join('\n')}`)));
    createInterface(child.stderr).on('line', (line) => {
      if (said.length < 50) said.push(line);
      const [, address] = LISTENS.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  return {
    endpoint,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** Test files that come at once fetch it at once: whoever is done first gives it its name. */
async function install(): Promise<void> {
  const draft = `${PACKAGES}.${String(process.pid)}`;
  await mkdir(CACHE, { recursive: true });
  const wanted = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', draft, `moto[server]==${VERSION}`]; // prettier-ignore
  try {
    await promisify(execFile)('python3', wanted, { timeout: INSTALL_MS });
    await rename(draft, PACKAGES).catch((error: unknown) => {
      if (!existsSync(PACKAGES)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
