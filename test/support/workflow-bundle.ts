import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const WORKFLOWS = resolve(__dirname, '../../src/workflows/index.ts');
const INTERCEPTORS = resolve(__dirname, '../../src/workflows/interceptors.ts');

/** Bundles the workflows once for all test files and answers the path of the bundle. */
export async function writeTestBundle(directory: string): Promise<string | undefined> {
  if (!existsSync(WORKFLOWS)) return undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    workflowInterceptorModules: [INTERCEPTORS],
    logger: new DefaultLogger('ERROR'),
  });
  const path = join(directory, 'workflow-bundle.js');
  writeFileSync(path, code);
  return path;
}
