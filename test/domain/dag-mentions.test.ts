import { needsOf } from '../../src/domain/dag-mentions';

it.each([
  ['inputs.a == 1', { asset: false, nodes: [] }],
  ['nodes.meta.output.width > 1000 && nodes.meta.state == "succeeded"', { asset: false, nodes: ['meta'] }],
  ['nodes[\'a-b\'].output + nodes["c"].output', { asset: false, nodes: ['a-b', 'c'] }],
  ['nodes . meta . output', { asset: false, nodes: ['meta'] }],
  ['nodes[inputs.which].output', { asset: false, nodes: 'all' }],
  ['size(nodes) > 1', { asset: false, nodes: 'all' }],
  ['${{ asset.title }}', { asset: true, nodes: [] }],
  ['inputs.assets', { asset: false, nodes: [] }],
])('%s needs %j', (text, needs) => {
  expect(needsOf([text])).toEqual(needs);
});
