import { findCycles, type Needs } from '../domain/dag-needs';
import type { ActionOutline, Finding, NodeOutline } from './dag-action-outline';
import { meant, show } from './issue-words';

/** Faults of how nodes hang together: ids that stand twice, needs that are not there, circles. */
export function judgeGraph({ nodes, needs }: ActionOutline): readonly Finding[] {
  const first = new Map<string, NodeOutline>();
  const findings: Finding[] = [];
  for (const node of nodes) {
    findings.push(...judgeNeeds(node, needs.keys()));
    if (node.id === null) continue;
    const other = first.get(node.id);
    if (other === undefined) first.set(node.id, node);
    else findings.push(say(node, ['id'], `${show(node.id)} is the id of nodes[${String(other.at)}] already`));
  }
  for (const cycle of findCycles(withoutSelf(needs))) {
    const [id, before] = [cycle[0], cycle.at(-2)];
    const node = first.get(id ?? '');
    const need = node?.needs.find((each) => each.id === before);
    if (node === undefined || need === undefined) continue;
    findings.push(say(node, ['needs', need.at], `closes a circle: ${cycle.join(' → ')}`));
  }
  return findings;
}

/** A node that needs itself is told as such, and must not hide longer circles. */
function withoutSelf(needs: Needs): Needs {
  return new Map([...needs].map(([id, needed]) => [id, needed.filter((each) => each !== id)]));
}

const ONE_OF = new Set(['one_success', 'one_failed']);

function* judgeNeeds(node: NodeOutline, ids: Iterable<string>): Iterable<Finding> {
  const known = new Set(ids);
  const seen = new Set<string>();
  for (const { id, at } of node.needs) {
    if (id === node.id) yield say(node, ['needs', at], 'is the node itself');
    else if (!known.has(id)) yield say(node, ['needs', at], `there is no node ${show(id)}${meant(id, known)}`);
    if (seen.has(id)) yield say(node, ['needs', at], `${show(id)} stands here twice`);
    seen.add(id);
  }
  if (node.trigger !== null && ONE_OF.has(node.trigger) && node.needs.length === 0) {
    yield say(node, ['trigger'], `${node.trigger} asks for needs, and there are none`);
  }
}

function say(node: NodeOutline, path: readonly (string | number)[], message: string): Finding {
  return { path: ['nodes', node.at, ...path], what: 'value', message };
}
