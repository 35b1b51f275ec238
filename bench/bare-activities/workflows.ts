import { proxyActivities } from '@temporalio/workflow';
import type { BareActivities } from './activities';

const { nothing, addTag } = proxyActivities<BareActivities>({ startToCloseTimeout: '1 minute' });

/** What is done at each step; `asset` is the store id of the asset that gets the tags. */
export interface BareInput {
  readonly steps: number;
  readonly shape: 'chain' | 'fan';
  readonly work: 'nothing' | 'tags';
  readonly asset: string;
}

/** Activities one after another, or all at once, with nothing around them. */
export async function bareWorkflow({ steps, shape, work, asset }: BareInput): Promise<void> {
  const step = (no: number) => (work === 'nothing' ? nothing() : addTag(asset, `n${String(no)}`));
  const all = Array.from({ length: steps }, (_, no) => no);
  if (shape === 'fan') {
    await Promise.all(all.map(step));
    return;
  }
  for (const no of all) await step(no);
}
