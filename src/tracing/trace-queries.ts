import { type Attributes, context, SpanKind, trace } from '@opentelemetry/api';
import type { Pool, PoolClient } from 'pg';
import { markFailed, startSpan } from './tracer';

/** A slice of a large job sends thousands of statements: the first ones under a span are told, the others counted. */
const MOST_UNDER_ONE = 100;
const LONGEST_TEXT = 1_000;

type Callback = (error: Error | undefined, result: unknown) => void;
type Query = (...args: unknown[]) => unknown;

/**
 * Has each statement of the pool tell a span, under the one at hand; statements outside of any trace tell none. Their
 * texts hold places for values (`$1`), never the values.
 */
export function traceQueries(pool: Pool): void {
  const connect = pool.connect.bind(pool) as (callback?: (...args: unknown[]) => void) => unknown;
  // A caller that had to wait for a connection is called back by whoever gave it back, in the trace of that one.
  const bound = (callback?: (...args: unknown[]) => void) =>
    callback === undefined ? connect() : connect(context.bind(context.active(), callback));
  pool.connect = bound as Pool['connect'];
  pool.on('connect', (client) => {
    client.query = traced(client.query.bind(client)) as PoolClient['query'];
  });
}

function traced(query: Query): Query {
  const told = new WeakMap<object, number>();
  return (...args) => {
    const parent = trace.getActiveSpan();
    const text = textOf(args[0]);
    if (parent === undefined || text === null || !parent.isRecording()) return query(...args);
    const count = (told.get(parent) ?? 0) + 1;
    told.set(parent, count);
    if (count > MOST_UNDER_ONE) {
      parent.setAttribute('longhaul.statements_not_told', count - MOST_UNDER_ONE);
      return query(...args);
    }
    const span = startSpan({ name: nameOf(text), kind: SpanKind.CLIENT, attributes: attributesOf(text) });
    const end = (error: unknown) => {
      if (error !== undefined && error !== null) markFailed(span, error);
      span.end();
    };
    const last = args.at(-1);
    if (typeof last === 'function') {
      const done: Callback = (error, result) => {
        end(error);
        (last as Callback)(error, result);
      };
      return query(...args.slice(0, -1), context.bind(context.active(), done));
    }
    const answer = query(...args) as Promise<unknown>;
    answer.then(() => end(undefined), end);
    return answer;
  };
}

/** Null for what is no statement of ours, such as a cursor. */
function textOf(first: unknown): string | null {
  const text = typeof first === 'string' ? first : (first as { readonly text?: unknown } | null)?.text;
  return typeof text === 'string' ? text.replace(/^\s*(\/\*.*?\*\/\s*)*/s, '') : null;
}

/** `update jobs`: few enough to group by. */
function nameOf(text: string): string {
  const [verb = 'sql'] = /^\w+/.exec(text) ?? [];
  const [, table] = /\b(?:from|into|update)\s+"?([a-z_]+)/i.exec(text) ?? [];
  return table === undefined ? verb.toLowerCase() : `${verb.toLowerCase()} ${table}`;
}

function attributesOf(text: string): Attributes {
  return {
    'db.system.name': 'postgresql',
    'db.query.text': text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text,
  };
}
