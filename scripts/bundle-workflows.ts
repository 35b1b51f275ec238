import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BundleOptions, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = resolve(__dirname, '..');

/**
 * Writes the bundle that TEMPORAL_WORKFLOW_BUNDLE names in production, so that a worker starts without webpack; and beside
 * it the one that is taken instead where payloads are encrypted.
 */
async function main(): Promise<void> {
  await bundle('dist/workflow-bundle.js', {});
  await bundle('dist/workflow-bundle.encrypted.js', {
    failureConverterPath: resolve(root, 'src/codec/failure-converter.ts'),
  });
}

async function bundle(name: string, options: Pick<BundleOptions, 'failureConverterPath'>): Promise<void> {
  const target = resolve(root, name);
  const { code } = await bundleWorkflowCode({
    ...options,
    workflowsPath: resolve(root, 'src/workflows/index.ts'),
    workflowInterceptorModules: [resolve(root, 'src/workflows/interceptors.ts')],
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(target, code);
  process.stdout.write(`${target}: ${String(Math.round(code.length / 1024))} KiB\n`);
}

void main().catch((error: unknown) => {
  process.exitCode = 1;
  process.stderr.write(`the workflows cannot be bundled: ${String(error)}\n`);
});
