import { hasLines, hasNodes, isIngest } from '../../domain/job';
import { keepsItems } from '../../domain/job-retention';
import type { Database } from '../../store/database';
import { BEFORE_ALL, readItemPage } from '../../store/job-items';
import type { JobRecord } from '../../store/jobs';
import type { ReadableProject } from '../../store/projects';
import { readAssetTitles } from '../../store/readable-names';
import type { ListedItem } from './job-items-section';

/** The first items of a job that failed, then those that were skipped; titles only for who may read the project.
 * None when they are not kept any more. */
export async function readExceptions(
  db: Database,
  job: JobRecord,
  project: ReadableProject | null,
  limit: number,
): Promise<readonly ListedItem[]> {
  if (!keepsItems(job)) return [];
  const found: Omit<ListedItem, 'title'>[] = [];
  for (const status of ['failed', 'skipped'] as const) {
    const wanted = limit - found.length;
    if (job.counts[status] === 0 || wanted === 0) continue;
    const kind = { ofIngest: isIngest(job.kind), ofRun: hasNodes(job.kind), withLines: hasLines(job.kind) };
    const { items } = await readItemPage(db, { jobId: job.id, status, ...kind }, BEFORE_ALL, wanted);
    found.push(
      ...items.map(({ name, line, code, message }) => ({
        ...{ name, line: line ?? null, status, code: code ?? '', message: message ?? '' },
      })),
    );
  }
  const names = found.map(({ name }) => name);
  const titles = project === null ? new Map<string, string>() : await readAssetTitles(db, project.id, names);
  return found.map((item) => ({ ...item, title: titles.get(item.name) ?? null }));
}
