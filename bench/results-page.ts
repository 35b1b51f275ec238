import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { putSection, toSection } from './results-section';
import { type BenchResult, RESULTS } from './results';

const PAGE = join(__dirname, '..', 'docs', 'benchmarks.md');

/** Writes the newest result of each bench into the documentation; answers where. */
export async function writeResultsPage(): Promise<string> {
  const page = putSection(readFileSync(PAGE, 'utf8'), toSection(readNewest()));
  writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
  return PAGE;
}

/** In the order in which they were run. What an older version has kept in another form is left out. */
function readNewest(): readonly BenchResult[] {
  const newest = new Map<string, BenchResult>();
  for (const name of readdirSync(RESULTS).filter((file) => file.endsWith('.json'))) {
    const result = JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Partial<BenchResult>;
    if (result.machine?.packages === undefined || result.bench === undefined) continue;
    const known = newest.get(result.bench);
    if (known === undefined || known.startedAt < (result.startedAt ?? ''))
      newest.set(result.bench, result as BenchResult);
  }
  return [...newest.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}
