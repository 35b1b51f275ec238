import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeRunDirectory, removeRunDirectory } from '../../support/run-directory';
import type { Opened } from '../support/opened';
import { REPOSITORY } from '../support/root-process';

/** What the bundle of the workflows is made of. */
const SOURCES = ['workflows', 'contract', 'domain', 'schemas', 'activities', 'codec'];
/** The names of the marker that the changed code leaves in histories. */
export const CHANGE = 'another-step-before-the-end';
const END = 'const result = await closeJob(';
const STEP = `if (patched('${CHANGE}')) await sleep(1);\n    `;

/**
 * The workflows as the next version might have them, bundled as for production: every job takes another step before it is
 * closed. Answers the path of the bundle.
 */
export async function buildChangedWorkflows(opened: Opened): Promise<string> {
  const directory = makeRunDirectory();
  opened.keep({
    close: () => {
      removeRunDirectory(directory);
      return Promise.resolve();
    },
  });
  for (const name of SOURCES) cpSync(join(REPOSITORY, 'src', name), join(directory, name), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(directory, 'node_modules'));
  change(join(directory, 'workflows', 'job.ts'), [
    ['  patched,\n', '  patched,\n  sleep,\n'],
    [END, STEP + END],
  ]);
  change(join(directory, 'workflows', 'dag-action-run.ts'), [
    ['  proxyActivities,\n', '  patched,\n  proxyActivities,\n  sleep,\n'],
    [END, STEP + END],
  ]);
  const bundle = join(directory, 'workflow-bundle.js');
  const script = ['--import', 'tsx', join('scripts', 'bundle-workflows.ts'), directory, bundle];
  await promisify(execFile)(process.execPath, script, { cwd: REPOSITORY });
  return bundle;
}

function change(path: string, edits: readonly (readonly [string, string])[]): void {
  let text = readFileSync(path, 'utf8');
  for (const [before, after] of edits) {
    if (!text.includes(before)) throw new Error(`${path} has no ${before}`);
    text = text.replace(before, after);
  }
  writeFileSync(path, text);
}
