import { DAG_LIMITS, type DagDefinition } from '../domain/dag-action';
import { type ActionSource, readSource, type SourceFault } from './action-source';
import { actionFile, toDefinition } from './dag-action-file';
import { judgeGraph } from './dag-action-graph';
import { judgeNodes } from './dag-action-nodes';
import type { Finding } from './dag-action-outline';
import { outlineOf } from './dag-action-outline';
import { judgeInputs } from './dag-action-inputs';
import { show, wordIssues } from './issue-words';

/** What is wrong with the text of an action, and where: line and column from 1. */
export interface ActionFault {
  readonly line: number;
  readonly column: number;
  /** Such as `nodes[2].with.url`; empty for the whole. */
  readonly path: string;
  /** For people: a sentence that the path begins (`must be a list`). */
  readonly message: string;
}

export type ActionReading = { readonly definition: DagDefinition } | { readonly faults: readonly ActionFault[] };

const MAX_FAULTS = 50;

/**
 * Reads the declaration of an action, as YAML or JSON, into its normal form. What is wrong with it is told all at once, in
 * the order of lines, {@link MAX_FAULTS} at most. It never throws, whatever the text is. `expectedName`: what it has to be
 * called.
 */
export function parseDagAction(text: string, expectedName: string | null = null): ActionReading {
  const reading = readSource(text);
  if ('faults' in reading) return { faults: inOrder(reading.faults) };
  const { source } = reading;
  const read = actionFile.safeParse(source.value);
  const outline = outlineOf(source.value);
  const issues = read.success ? [] : wordIssues(actionFile, source.value, read.error.issues);
  const findings: readonly Finding[] = [
    ...issues,
    ...judgeName(outline.name, expectedName),
    ...judgeInputs(outline),
    ...judgeGraph(outline),
    ...judgeNodes(outline),
  ];
  // What could not be taken over is null by now, about which there is nothing more to say.
  const told = new Set(source.faults.map(({ path }) => toText(path)));
  const others = findings.filter(({ path }) => !told.has(toText(path)));
  const faults = [...source.faults, ...others.map((finding) => toFault(source, finding))];
  if (faults.length > 0) return { faults: inOrder(faults) };
  return read.success ? { definition: toDefinition(read.data) } : { faults: [] };
}

function judgeName(name: string | null, expected: string | null): readonly Finding[] {
  if (expected === null || name === null || name === expected) return [];
  return [{ path: ['name'], what: 'value', message: `must be ${show(expected)}, by which it was called` }];
}

function toFault(source: ActionSource, { path, what, message, position }: Finding): SourceFault {
  const within = position === undefined || position === null ? null : source.locateWithin(path, position);
  return { ...(within ?? source.locate(path, what)), path, message };
}

function inOrder(faults: readonly SourceFault[]): readonly ActionFault[] {
  const unique = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  return [...unique.values()]
    .sort((one, other) => one.line - other.line || one.column - other.column)
    .slice(0, MAX_FAULTS)
    .map(({ line, column, path, message }) => ({ line, column, path: toText(path), message }));
}

const MAX_STEP = 100;

function toText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    const name = /^[\w$-]{1,100}$/.test(step) ? step : JSON.stringify(step.slice(0, MAX_STEP));
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** The longest text that is read. */
export const MAX_ACTION_BYTES = DAG_LIMITS.sourceBytes;
