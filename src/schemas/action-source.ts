import { Composer, type Document, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, Parser, Scalar } from 'yaml'; // prettier-ignore
import { DAG_LIMITS, type JsonValue } from '../domain/dag-action';

/** A place in a text, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type Path = readonly (string | number)[];

export interface SourceFault extends Place {
  readonly path: Path;
  readonly message: string;
}

/** A YAML or JSON text that was read. */
export interface ActionSource {
  readonly value: JsonValue;
  /** Faults of single values, such as a field that stands twice. */
  readonly faults: readonly SourceFault[];
  /** Where the value at a path stands, or its key; of what is not there, where it should be. */
  locate(path: Path, what?: 'key' | 'value'): Place;
  /** Where a character of the text at a path stands, as far as that can be told. */
  locateWithin(path: Path, position: number): Place;
}

export type SourceReading = { readonly source: ActionSource } | { readonly faults: readonly SourceFault[] };

const MAX_DEPTH = 32;
const MAX_ALIASES = 100;
const MAX_VALUES = 100_000;
/** Scalars, signs, spaces and line ends; reading so many takes about a second. */
const MAX_LEXEMES = 100_000;
const MAX_ERRORS = 50;
const MAX_MESSAGE = 200;
/** Levels of the parser: each of the text takes one or two. */
const MAX_STACK = 4 * MAX_DEPTH;
const TOO_DEEP = `is nested deeper than ${String(MAX_DEPTH)} levels`;

class TooMuch extends Error {
  constructor(
    override readonly message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/** Reads one YAML document; JSON is YAML too. It never throws, however garbled the text is. */
export function readSource(text: string): SourceReading {
  const whole = (message: string): SourceReading => ({ faults: [{ line: 1, column: 1, path: [], message }] });
  if (Buffer.byteLength(text) > DAG_LIMITS.sourceBytes) {
    return whole(`must have at most ${String(DAG_LIMITS.sourceBytes / 1024)} KiB`);
  }
  const unfit = /[\0\p{Cs}]/u.exec(text);
  const lines = new LineCounter();
  const documents = compose(text, lines);
  const at = (position: number) => toPlace(lines, position);
  if (documents instanceof TooMuch) {
    return { faults: [{ ...at(documents.position), path: [], message: documents.message }] };
  }
  if (unfit !== null)
    return { faults: [{ ...at(unfit.index), path: [], message: 'has a character that no text has' }] };
  const [document, second] = documents;
  if (document === undefined) return whole('must be an action, as YAML or JSON');
  const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    ...at(pos[0]),
    path: [],
    message: `is no valid YAML: ${message.slice(0, MAX_MESSAGE)}`,
  }));
  if (second !== undefined)
    faults.push({ ...at(second.range[0]), path: [], message: 'must be one document, not several' });
  return faults.length > 0 ? { faults } : toSource(text, document, lines);
}

/**
 * The documents of a text, two at most. What goes into a text by recursion, or takes long, must not see one that is too
 * deep or too long: a position and what is wrong there.
 */
function compose(text: string, lines: LineCounter): readonly Document.Parsed[] | TooMuch {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ prettyErrors: false, stringKeys: true, uniqueKeys: false, merge: false });
  const documents: Document.Parsed[] = [];
  let [lexemes, errors] = [0, 0];
  const take = (tokens: ReturnType<Parser['next']>) => {
    for (const token of tokens) {
      if (token.type === 'error') errors += 1;
      documents.push(...composer.next(token));
    }
  };
  for (const lexeme of new Lexer().lex(text)) {
    take(parser.next(lexeme));
    lexemes += 1;
    if (parser.stack.length > MAX_STACK) return new TooMuch(TOO_DEEP, parser.offset);
    if (lexemes > MAX_LEXEMES) return new TooMuch('has too many words and signs', parser.offset);
    if (errors > MAX_ERRORS) return new TooMuch('is no valid YAML', parser.offset);
    if (documents.length > 1) return documents;
  }
  take(parser.end());
  return [...documents, ...composer.end(true, text.length)];
}

function toPlace(lines: LineCounter, position: number): Place {
  const { line, col } = lines.linePos(position);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** A value of the text with all that lies in it. Aliases are followed, so that a path leads through them. */
interface Part {
  readonly node: Node;
  readonly value: JsonValue;
  /** Of a map or list. */
  readonly parts: ReadonlyMap<string | number, { readonly key: Node | null; readonly part: Part }>;
}

function toSource(text: string, document: Document.Parsed, lines: LineCounter): SourceReading {
  const faults: SourceFault[] = [];
  const at = (position: number) => toPlace(lines, position);
  let root: Part | null;
  try {
    root = document.contents === null ? null : toPart(document.contents, document, (path, position, message) => {
      faults.push({ ...at(position), path, message });
    }); // prettier-ignore
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { faults: [{ ...at(error.position), path: [], message: error.message }] };
  }
  if (root === null)
    return { faults: [{ line: 1, column: 1, path: [], message: 'must be an action, as YAML or JSON' }] };
  const whole = root;
  const locate = (path: Path, what: 'key' | 'value' = 'value') => at(positionOf(whole, path, what));
  return {
    source: {
      value: whole.value,
      faults,
      locate,
      locateWithin: (path, position) => {
        const node = find(whole, path)?.node;
        return (node === undefined ? null : within(text, node, position, at)) ?? locate(path);
      },
    },
  };
}

type Refuse = (path: Path, position: number, message: string) => void;

function toPart(root: Node, document: Document.Parsed, refuse: Refuse): Part {
  let [aliases, values] = [0, 0];
  const read = (given: Node, path: Path): Part => {
    const position = given.range?.[0] ?? 0;
    values += 1;
    if (path.length > MAX_DEPTH) throw new TooMuch(TOO_DEEP, position);
    if (values > MAX_VALUES) throw new TooMuch('has too many values', position);
    if (isAlias(given)) {
      aliases += 1;
      if (aliases > MAX_ALIASES) throw new TooMuch(`has more than ${String(MAX_ALIASES)} aliases`, position);
      const target = given.resolve(document);
      if (target === undefined) throw new TooMuch(`has an alias *${given.source} of nothing`, position);
      return read(target, path);
    }
    if (isMap<Node, Node | null>(given)) return readMap(given, path);
    if (isSeq<Node>(given)) {
      const parts = given.items.map((each, at) => [at, { key: null, part: read(each, [...path, at]) }] as const);
      return { node: given, value: parts.map(([, { part }]) => part.value), parts: new Map(parts) };
    }
    return readScalar(given, path, position);
  };
  const readMap = (
    given: Node & { readonly items: readonly { readonly key: Node; readonly value: Node | null }[] },
    path: Path,
  ): Part => {
    const parts = new Map<string, { key: Node | null; part: Part }>();
    for (const { key, value } of given.items) {
      const name = isScalar(key) && typeof key.value === 'string' ? key.value : '';
      const here = [...path, name];
      if (parts.has(name)) refuse(here, key.range?.[0] ?? 0, 'stands here twice');
      if (isUnfit(name)) refuse(here, key.range?.[0] ?? 0, 'has a character that no text has');
      const node = value ?? new Scalar(null);
      if (node.range === undefined) node.range = key.range ?? null;
      parts.set(name, { key, part: read(node, here) });
    }
    const entries = [...parts].map(([name, { part }]) => [name, part.value] as const);
    return { node: given, value: Object.fromEntries(entries), parts };
  };
  const readScalar = (given: Node, path: Path, position: number): Part => {
    const value = isScalar(given) ? given.value : null;
    const message = judgeScalar(value);
    if (message !== null) refuse(path, position, message);
    return { node: given, value: message === null ? (value as JsonValue) : null, parts: new Map() };
  };
  return read(root, []);
}

function judgeScalar(value: unknown): string | null {
  if (typeof value === 'string') return isUnfit(value) ? 'has a character that no text has' : null;
  if (typeof value === 'boolean' || value === null) return null;
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a text, a number, true, false or null';
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
  return isExact ? null : 'is too large for a number: write it as a text, in quotes';
}

/** What the store has no form for. */
function isUnfit(text: string): boolean {
  return /[\0\p{Cs}]/u.test(text);
}

function find(root: Part, path: Path): Part | undefined {
  return path.reduce<Part | undefined>((part, step) => part?.parts.get(step)?.part, root);
}

function positionOf(root: Part, path: Path, what: 'key' | 'value'): number {
  let part = root;
  let key: Node | null = null;
  for (const step of path) {
    const next = part.parts.get(step);
    if (next === undefined) return (key ?? part.node).range?.[0] ?? 0;
    ({ key, part } = next);
  }
  return ((what === 'key' ? key : null) ?? part.node).range?.[0] ?? 0;
}

/** Null when the text is written with escapes or folded, so that its characters cannot be counted. */
function within(text: string, node: Node, position: number, at: (position: number) => Place): Place | null {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return null;
  const [from, to] = node.range;
  const written = text.slice(from, to);
  if (written === node.value) return at(from + position);
  if (written.slice(1, -1) === node.value) return at(from + 1 + position);
  if (node.type !== Scalar.BLOCK_LITERAL) return null;
  const before = node.value.slice(0, position).split('\n');
  const lines = written.split('\n');
  const indent = /^ */.exec(lines.slice(1).find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0;
  const { line } = at(from);
  return { line: line + before.length, column: indent + (before.at(-1)?.length ?? 0) + 1 };
}
