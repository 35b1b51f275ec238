import type { DagDefinition } from './dag-action';
import type { GraphNode } from './dag-run';

/** The nodes of a definition as the rules see them, in their order. */
export function toGraph({ nodes }: Pick<DagDefinition, 'nodes'>): readonly GraphNode[] {
  const places = new Map(nodes.map(({ id }, at) => [id, at]));
  return nodes.map(({ id, needs, trigger, onFailure }) => ({
    id,
    needs: needs.map((need) => {
      const at = places.get(need);
      if (at === undefined) throw new Error(`node ${id} needs ${need}, which is not there`);
      return at;
    }),
    trigger,
    continues: onFailure === 'continue',
  }));
}
