import { createNode } from '../support/dag-actions';
import { createTestRun, readRun } from '../support/dag-engine';
import { lib, start, store, useDagStack } from './dag-stack';

useDagStack();

test('a loop is done by its workflow, and what comes after it sees what it gave', async () => {
  const items = { items: '["x", "y", "z"]', node: { uses: 'update_asset', with: { add_tags: ['${{ item }}'] } } };
  const nodes = [
    createNode('loop', { uses: 'for_each', with: items }),
    createNode('after', { needs: ['loop'], if: 'nodes.loop.output.succeeded == 3' }),
  ];
  const run = await createTestRun(lib(), { nodes });
  expect(await (await start(run)).result()).toMatchObject({ outcome: 'succeeded', counts: { succeeded: 2 } });
  const { nodes: records } = await readRun(store(), run.token);
  expect(records.map(({ state, attempts }) => [state, attempts])).toEqual([['succeeded', 1], ['succeeded', 1]]); // prettier-ignore
  expect(records[0]?.output).toMatchObject({ total: 3, succeeded: 3, failed: 0 });
});
