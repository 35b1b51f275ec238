import { createNode } from '../../support/dag-actions';
import { EVERY_STATE, type RunLibrary } from '../../http/pages/run-library';

const MESSAGES = [
  [null, null, 'Run started'],
  ['meta', 1, 'Node meta started'],
  ['meta', 1, 'Node meta succeeded'],
  ['tell_dam', 1, 'Node tell_dam started'],
  ['tell_dam', 1, 'Node tell_dam failed (attempt 1 of 3): dam.example.test answered 503; next attempt in 4 s'],
  ['tell_dam', 2, 'Node tell_dam started'],
  ['only_large', 1, 'Node only_large skipped: its condition is false'],
  ['review', 1, 'Node review is waiting for somebody to approve'],
] as const;

/** A run in each status and with a node in each state, and actions of every look: their pages by name. */
export async function hangRuns(runs: RunLibrary): Promise<Readonly<Record<string, string>>> {
  const page = ({ id }: { id: string }) => `/runs/${id}`;
  const small = {
    name: 'Archive',
    category: 'Archiving',
    description: 'Moves what is no longer needed, and tells the desk.',
    inputs: {
      folder: { type: 'string', description: 'The key of a folder' },
      quality: { type: 'integer', default: 80 },
      notify: { type: 'boolean', default: true },
      tags: { type: 'list', default: ['archived', '2026'] },
    },
    nodes: [createNode('tag'), createNode('move_it', { uses: 'move', needs: ['tag'], with: { to: '${{ inputs.folder }}' } }), createNode('tell', { uses: 'webhook', needs: ['move_it'], trigger: 'all_done' })],
  } as const; // prettier-ignore
  const done = { tag: { state: 'succeeded' }, move_it: { state: 'succeeded', output: { moved: true } }, tell: { state: 'succeeded' } } as const; // prettier-ignore
  const broken = { ...done, move_it: { state: 'failed', error: { code: 'no_such_folder', message: 'The folder is gone.', retryable: false } }, tell: { state: 'succeeded' } } as const; // prettier-ignore
  const long = 'Keynote_2026_stage_audience_and_an_unusually_long_title_without_any_space_in_it_at_all';
  const wide = Array.from({ length: 40 }, (_, at) => createNode(`step_${String(at)}`, { needs: at === 0 ? [] : [`step_${String(Math.floor(at / 2))}`].filter((id) => id !== `step_${String(at)}`) })); // prettier-ignore
  const chain = Array.from({ length: 60 }, (_, at) => createNode(`link_${String(at)}`, { needs: at === 0 ? [] : [`link_${String(at - 1)}`] })); // prettier-ignore
  return {
    'run-states': page(await runs.run({ ...EVERY_STATE, messages: MESSAGES, inputs: { quality: 80 } })),
    'run-queued': page(await runs.run({ definition: small, job: 'queued' })),
    'run-paused': page(await runs.run({ definition: small, job: 'paused', nodes: { tag: { state: 'succeeded' } } })),
    'run-succeeded': page(await runs.run({ definition: small, job: 'done', nodes: done, inputs: { folder: 'x', tags: ['a'] } })), // prettier-ignore
    'run-failed': page(await runs.run({ definition: small, job: 'done', nodes: broken, title: long })),
    'run-cancelled': page(await runs.run({ definition: small, job: 'cancelled', nodes: { tag: { state: 'succeeded' }, move_it: { state: 'cancelled' }, tell: { state: 'cancelled' } } })), // prettier-ignore
    'run-wide': page(await runs.run({ definition: { name: 'A tree of forty', nodes: wide } })),
    'run-chain': page(await runs.run({ definition: { name: 'A long way', nodes: chain, category: 'Tests' } })),
    actions: '/actions',
    action: '/actions/Archive',
    'action-many': '/actions/Publish%20with%20review',
    'run-not-found': '/runs/987654321',
  };
}
