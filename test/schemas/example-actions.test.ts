import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_KINDS, TRIGGER_RULES } from '../../src/domain/dag-action';
import { CEL_FUNCTIONS, CEL_LOOPS, CEL_METHODS } from '../../src/expressions/cel-functions';
import { parseDagAction } from '../../src/schemas/dag-action';
import { NODE_SCHEMAS } from '../../src/schemas/dag-nodes';

const ROOT = join(__dirname, '..', '..');
const EXAMPLES = join(ROOT, 'examples', 'actions');
const guide = readFileSync(join(ROOT, 'docs', 'actions.md'), 'utf8');

test.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml')))('the example %s is valid', (name) => {
  const reading = parseDagAction(readFileSync(join(EXAMPLES, name), 'utf8'));
  expect('faults' in reading ? reading.faults : []).toEqual([]);
});

describe('the guide', () => {
  const examples = [...guide.matchAll(/```yaml\n(name: .*?)```/gs)].map(([, text = '']) => text);

  test('has examples, and each is valid', () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const text of examples) expect(parseDagAction(text)).not.toHaveProperty('faults');
  });

  test.each(NODE_KINDS)('tells what %s does, takes and gives', (kind) => {
    const { description, with: taken, output } = NODE_SCHEMAS[kind];
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${kind}\``)) ?? '';
    expect(row).toContain(description);
    const fields = [...Object.keys(taken.shape), ...Object.keys(output.shape)];
    for (const field of fields) expect(row).toContain(`\`${field}\``);
  });

  test.each([...TRIGGER_RULES, ...CEL_FUNCTIONS, ...CEL_METHODS, ...CEL_LOOPS])('names %s', (word) => {
    expect(guide).toContain(`\`${word}\``);
  });
});
