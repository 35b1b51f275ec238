import type { DagMessageRecord } from '../../../store/dag-run-reading';
import { Instant } from '../job-parts';
import { grouped } from '../wording';
import { timeInWords } from './run-words';

export interface RunMessagesProps {
  readonly runId: string;
  /** The last ones, in order. */
  readonly messages: readonly DagMessageRecord[];
  readonly count: number;
}

/** What happened, in order; of a long run what happened last. */
export function RunMessages({ runId, messages, count }: RunMessagesProps) {
  const hidden = count - messages.length;
  return (
    <>
      {hidden <= 0 ? null : (
        <p class="hint">
          The last {grouped(messages.length)} of {grouped(count)}. <a href={`/runs/${runId}?messages=all`}>Show all</a>
        </p>
      )}
      <ol class="messages">
        {messages.map(({ id, node, attempt, message, createdAt }) => {
          const iso = createdAt.toISOString();
          return (
            <li key={id}>
              <Instant iso={iso} words={timeInWords(iso).replace(' UTC', '')} />
              <span class="of">
                {node === null ? 'Run' : <a href={`#node-${node}`}>{node}</a>}
                {attempt === null || attempt <= 1 ? '' : `, attempt ${String(attempt)}`}
              </span>
              <bdi>{message}</bdi>
            </li>
          );
        })}
      </ol>
    </>
  );
}
