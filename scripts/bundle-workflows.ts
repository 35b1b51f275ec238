import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = resolve(__dirname, '..');
const target = resolve(root, 'dist/workflow-bundle.js');

/** Writes the bundle that TEMPORAL_WORKFLOW_BUNDLE names in production, so that a worker starts without webpack. */
async function main(): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: resolve(root, 'src/workflows/index.ts'),
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(target, code);
  process.stdout.write(`${target}: ${String(Math.round(code.length / 1024))} KiB\n`);
}

void main().catch((error: unknown) => {
  process.exitCode = 1;
  process.stderr.write(`the workflows cannot be bundled: ${String(error)}\n`);
});
