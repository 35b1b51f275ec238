/**
 * What a worker does, one Task Queue each: `store` runs the workflows and the work on the asset store, `ingest` asks other
 * servers, fetches files and looks into them.
 */
export const WORKER_ROLES = ['store', 'ingest'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

/**
 * The roles of a comma list, each once, in the order above; all of them when it is empty.
 * @throws RangeError naming what is no role
 */
export function toWorkerRoles(text: string): readonly WorkerRole[] {
  const names = text.split(',').map((name) => name.trim()).filter(Boolean); // prettier-ignore
  const unknown = names.filter((name) => !WORKER_ROLES.some((role) => role === name));
  if (unknown.length > 0) {
    throw new RangeError(`${unknown.join(', ')} is no role: take ${WORKER_ROLES.join(' or ')}, or both by a comma`);
  }
  return WORKER_ROLES.filter((role) => names.length === 0 || names.includes(role));
}
