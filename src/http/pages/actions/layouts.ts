import type { DagDefinition } from '../../../domain/dag-action';
import { createLayoutCache } from './graph-layout';
import type { GraphLayout } from './graph-shape';

/** An action at one of its versions. */
export interface DrawnAction {
  readonly id: string;
  readonly version: number;
  readonly definition: DagDefinition;
}

export type LayoutOf = (action: DrawnAction) => GraphLayout;

/** Layouts of actions; each version is laid out once, since it never changes. */
export function createLayouts(): LayoutOf {
  const layouts = createLayoutCache();
  return ({ id, version, definition }) => layouts(`${id}:${String(version)}`, definition.nodes);
}
