import Ajv2020 from 'ajv/dist/2020';
import { NODE_KINDS } from '../../src/domain/dag-action';
import { dagActionJsonSchema } from '../../src/schemas/dag-action-json-schema';

// Formats are for editors.
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(dagActionJsonSchema());

function judge(...nodes: readonly object[]): boolean {
  return validate({ name: 'A', nodes });
}

test('every kind is described with what it takes', () => {
  const { properties } = dagActionJsonSchema() as {
    properties: { nodes: { items: { properties: { uses: { oneOf: { const: string; description: string }[] } } } } };
  };
  const { oneOf } = properties.nodes.items.properties.uses;
  expect(oneOf.map((each) => each.const).sort()).toEqual([...NODE_KINDS].sort());
  expect(oneOf.every(({ description }) => description.length > 5)).toBe(true);
});

test('what an editor may write passes: nodes of several kinds, with templates in place of values', () => {
  const nodes = [
    { id: 'a', uses: 'extract_metadata' },
    { id: 'b', uses: 'http_request', needs: ['a'], with: { url: 'x', method: '${{ inputs.method }}', body: { a: [1] } } },
    { id: 'c', uses: 'for_each', with: { items: 'asset.tags', window: '${{ 5 }}', node: { uses: 'move', with: { to: '${{ item }}' } } } },
    { id: 'd', uses: 'update_asset', with: { add_tags: '${{ asset.tags }}' }, retry: { max_attempts: 2 } },
  ]; // prettier-ignore
  expect(judge(...nodes)).toBe(true);
});

test.each<[string, object]>([
  ['an unknown kind', { id: 'a', uses: 'nothing' }],
  ['a missing with', { id: 'a', uses: 'http_request' }],
  ['an unknown field of a kind', { id: 'a', uses: 'extract_metadata', with: { url: 'x' } }],
  ['a value of another kind of node', { id: 'a', uses: 'http_request', with: { url: 'x', method: 'GIT' } }],
  ['a loop of what cannot be looped', { id: 'a', uses: 'for_each', with: { items: 'x', node: { uses: 'approval' } } }],
  ['an unknown field', { id: 'a', uses: 'extract_metadata', foo: 1 }],
])('%s does not pass', (_, node) => {
  expect(judge(node)).toBe(false);
});
