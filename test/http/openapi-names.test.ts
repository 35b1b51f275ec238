import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', 'src');
const NAMED = /\n?([^\n]*(?:\n(?![\n])[^\n]*)*?)\.meta\(\{ id: '([A-Za-z]+)'/g;

function readSources(): readonly string[] {
  const names = readdirSync(ROOT, { recursive: true }).map(String);
  return names.filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join(ROOT, name), 'utf8'));
}

test('no two schemas of the OpenAPI document have one name, for the later one would be shown for both', () => {
  const schemas = new Map<string, Set<string>>();
  for (const source of readSources()) {
    for (const [, before = '', name = ''] of source.matchAll(NAMED)) {
      const schema = before.slice(before.lastIndexOf('const ')).replace(/^.*?=/s, '').replace(/\s+/g, '');
      schemas.set(name, (schemas.get(name) ?? new Set()).add(schema));
    }
  }
  expect(schemas.size).toBeGreaterThan(50);
  expect([...schemas].flatMap(([name, forms]) => (forms.size > 1 ? [name] : []))).toEqual([]);
});
