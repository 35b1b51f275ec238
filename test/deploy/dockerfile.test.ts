import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText, ROOT } from './compose-file';

const dockerfile = readText('Dockerfile');
const stages = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image ?? '');
const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) =>
  (files ?? '').split(' '),
);

test('every stage stands on one Node image, pinned by its version', () => {
  expect(stages.length).toBeGreaterThan(1);
  expect(new Set(stages).size).toBe(1);
  expect(stages[0]).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
});

test('the image runs as a user without rights', () => {
  expect(
    dockerfile
      .trimEnd()
      .split('\n')
      .filter((line) => /^(USER|CMD)/.test(line)),
  ).toEqual(['USER node', 'CMD ["node", "dist/server.js"]']);
});

test('the worker of the image finds the prebuilt workflow bundle', () => {
  expect(dockerfile).toContain('TEMPORAL_WORKFLOW_BUNDLE=/app/dist/workflow-bundle.js');
  expect(readText('scripts/bundle-workflows.ts')).toContain("'dist/workflow-bundle.js'");
});

test.each(['perl', 'poppler-utils', 'ffmpeg'])('the image has %s, which looks into files', (name) => {
  const [, packages = ''] = /apt-get install (.+) \\$/m.exec(dockerfile) ?? [];
  expect(packages.split(' ')).toContain(name);
});

test.each(sources)('%s is there to be copied, and not kept out of the build', (source) => {
  expect(existsSync(join(ROOT, source))).toBe(true);
  const path = source.replace(/^\.\//, '');
  const kept = readText('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  expect(kept.some((pattern) => pattern === path || (pattern === 'deploy/*.js' && path.startsWith('deploy/')))).toBe(
    true,
  );
});
