import type { DagDefinition, DagNode } from '../domain/dag-action';
import { readDagActionVersion } from '../store/dag-actions';
import type { NodePlaceInRun } from '../store/dag-node-loading';
import type { Database } from '../store/database';

/** Versions of actions never change: those that were used last are kept in memory, since every node needs its own. */
export interface DagDefinitions {
  declarationOf(db: Database, place: NodePlaceInRun): Promise<DagNode>;
}

const KEPT = 32;

export function createDagDefinitions(): DagDefinitions {
  const kept = new Map<string, DagDefinition>();

  async function read(db: Database, actionId: string, version: number): Promise<DagDefinition> {
    const key = `${actionId}:${String(version)}`;
    const known = kept.get(key) ?? (await readDagActionVersion(db, actionId, version))?.definition;
    if (known === undefined) throw new Error(`action ${actionId} has no version ${String(version)}`);
    // The one used last goes to the end.
    kept.delete(key);
    kept.set(key, known);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return known;
  }

  return {
    async declarationOf(db, { run, node }) {
      const { nodes } = await read(db, run.actionId, run.version);
      const declared = nodes[node.no - 1];
      if (declared === undefined) throw new Error(`action ${run.actionId} declares no node ${String(node.no)}`);
      return declared;
    },
  };
}
