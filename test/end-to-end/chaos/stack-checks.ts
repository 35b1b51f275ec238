import { WORKFLOW_OF_KIND } from '../../../src/contract/workflows';
import type { Installation } from '../support/installation';
import { readTemporalCli } from '../support/temporal-cli';
import { until } from '../support/until';
import type { Findings } from './findings';
import type { Roots } from './roots';

const WORKFLOWS_END_WITHIN_MS = 60_000;
const TYPES = Object.values(WORKFLOW_OF_KIND).map((type) => `'${type}'`).join(','); // prettier-ignore
const RUNNING = `WorkflowType in (${TYPES}) and ExecutionStatus='Running'`;

/** Looks at the processes, and at what Temporal still runs. */
export async function checkStack(installation: Installation, roots: Roots, findings: Findings): Promise<void> {
  const servers = [installation.postgresServers().length, installation.temporalServers().length];
  if (servers.join() !== '1,1') findings.add('servers', servers.join(' and '));
  for (const { slot, lastWords } of roots.ownEnds.filter(({ wasUp }) => wasUp)) {
    findings.add('outlived', `${slot}, whose last words were: ${lastWords}`);
  }
  let left: readonly unknown[] = [];
  try {
    // The list of Temporal is some moments behind what it lists.
    await until('no workflow is running', async () => {
      left = await readTemporalCli<readonly unknown[]>(installation, ['workflow', 'list', '--query', RUNNING]);
      return left.length === 0;
    }, WORKFLOWS_END_WITHIN_MS); // prettier-ignore
  } catch (error) {
    findings.add('workflows', `${String(left.length)} left: ${JSON.stringify(left.slice(0, 2))} (${String(error)})`);
  }
}
