import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BundleOptions, bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const [from = 'src', to = 'dist/workflow-bundle.js'] = process.argv.slice(2);
const root = resolve(__dirname, '..');

/**
 * `[directory of the sources] [file of the bundle]`: writes the bundle that TEMPORAL_WORKFLOW_BUNDLE names in production, so that a worker starts without webpack; and beside
 * it the one that is taken instead where payloads are encrypted.
 */
async function main(): Promise<void> {
  await bundle(to, {});
  await bundle(to.replace(/\.js$/, '.encrypted.js'), {
    failureConverterPath: resolve(root, from, 'codec/failure-converter.ts'),
  });
}

async function bundle(name: string, options: Pick<BundleOptions, 'failureConverterPath'>): Promise<void> {
  const target = resolve(root, name);
  const { code } = await bundleWorkflowCode({
    ...options,
    workflowsPath: resolve(root, from, 'workflows/index.ts'),
    workflowInterceptorModules: [resolve(root, from, 'workflows/interceptors.ts')],
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(target, code);
  process.stdout.write(`${target}: ${String(Math.round(code.length / 1024))} KiB\n`);
}

void main().catch((error: unknown) => {
  process.exitCode = 1;
  process.stderr.write(`the workflows cannot be bundled: ${String(error)}\n`);
});
