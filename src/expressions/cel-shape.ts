import type { ASTNode } from '@marcbachmann/cel-js';
import { isClock, isFunction, isLoop, isMethod, isSearch } from './cel-functions';
import { type Measure, setPrice } from './cel-prices';
import { ExpressionError } from './expression-error';
import { EXPRESSION_LIMITS } from './limits';

/** A node of the graph that an expression looks at. */
export interface NodeReference {
  readonly id: string;
  /** In the text of the expression, from 0. */
  readonly position: number;
}

interface Walk {
  /** Names that stand for something at this place: the roots, and the variables of the loops around it. */
  readonly roots: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly loops: number;
  readonly references: NodeReference[];
}

/**
 * Looks through a parsed expression: which nodes it names, whether it keeps to what is offered, and what its parts cost.
 *
 * @throws ExpressionError
 */
export function readShape(ast: ASTNode, roots: readonly string[]): readonly NodeReference[] {
  const references: NodeReference[] = [];
  visit(ast, { roots: new Set(roots), variables: new Set(), loops: 0, references });
  return references;
}

function visit(ast: ASTNode, walk: Walk): void {
  switch (ast.op) {
    case 'value':
      if (typeof ast.args === 'object' && ast.args !== null) throw refuse('takes texts and numbers only', ast);
      return;
    case 'id':
      visitName(ast, ast.args, walk);
      return;
    case '.':
      visitField(ast, ast.args[0], ast.args[1], walk);
      return;
    case '[]':
      visitIndex(ast, ast.args, walk);
      return;
    case '.?':
    case '[?]':
      throw refuse('has an operator that is not offered', ast);
    case 'call':
      visitCall(ast, ast.args[0], ast.args[1], walk);
      return;
    case 'rcall':
      visitMethod(ast, ast.args, walk);
      return;
    case 'map':
      for (const entry of ast.args) visitAll(entry, walk);
      return;
    case '!_':
    case '-_':
      visit(ast.args, walk);
      return;
    case '==':
    case '!=':
    case 'in':
      measure(ast.args, 'weight');
      visitAll(ast.args, walk);
      return;
    case '+':
      measure(ast.args, 'length');
      visitAll(ast.args, walk);
      return;
    default:
      visitAll(ast.args, walk);
  }
}

function visitAll(parts: readonly ASTNode[], walk: Walk): void {
  for (const part of parts) visit(part, walk);
}

function visitName(ast: ASTNode, name: string, { roots, variables }: Walk): void {
  if (variables.has(name)) return;
  if (!roots.has(name)) throw refuse(`${quote(name)} is not known; there are ${[...roots].join(', ')}`, ast);
  if (name === 'nodes') throw refuse('nodes must be followed by the id of a node, as in nodes.a.output', ast);
}

function visitField(ast: ASTNode, of: ASTNode, field: string, walk: Walk): void {
  if (isNodes(of)) walk.references.push({ id: field, position: ast.pos });
  else visit(of, walk);
}

function visitIndex(ast: ASTNode, [of, index]: readonly [ASTNode, ASTNode], walk: Walk): void {
  if (!isNodes(of)) {
    visitAll([of, index], walk);
    return;
  }
  if (index.op !== 'value' || typeof index.args !== 'string') {
    throw refuse('the id of a node must be written out', index);
  }
  walk.references.push({ id: index.args, position: ast.pos });
}

function isNodes(ast: ASTNode): boolean {
  return ast.op === 'id' && ast.args === 'nodes';
}

function visitCall(ast: ASTNode, name: string, args: readonly ASTNode[], walk: Walk): void {
  if (!isFunction(name)) throw refuse(`there is no function ${quote(name)}`, ast);
  measure(args, 'length');
  visitAll(args, walk);
}

function visitMethod(ast: ASTNode, [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]], walk: Walk) {
  if (isLoop(name)) {
    visit(receiver, walk);
    visitLoop(ast, name, args, walk);
    return;
  }
  if (!isMethod(name)) throw refuse(`there is no method ${quote(name)}`, ast);
  measure([receiver], 'length');
  if (isSearch(name) || isClock(name)) measure(args, 'needle');
  if (isClock(name) && args.length > 0) setPrice(receiver, { steps: SLOW });
  visitAll([receiver, ...args], walk);
}

/** Steps that one look into a time zone is worth. */
const SLOW = 500;

function visitLoop(ast: ASTNode, name: string, args: readonly ASTNode[], walk: Walk): void {
  const [variable, ...bodies] = args;
  if (variable?.op !== 'id') throw refuse(`${name} takes a name first, as in ${name}(x, …)`, ast);
  const taken = walk.roots.has(variable.args) || walk.variables.has(variable.args);
  if (taken) throw refuse(`${quote(variable.args)} stands for something else already`, variable);
  if (walk.loops >= EXPRESSION_LIMITS.loops) {
    throw refuse(`has more than ${String(EXPRESSION_LIMITS.loops)} loops inside one another`, ast);
  }
  const variables = new Set([...walk.variables, variable.args]);
  visitAll(bodies, { ...walk, variables, loops: walk.loops + 1 });
}

function measure(parts: readonly ASTNode[], how: Measure): void {
  for (const part of parts) setPrice(part, { measure: how });
}

function refuse(message: string, ast: ASTNode): ExpressionError {
  return new ExpressionError(message, ast.start);
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
