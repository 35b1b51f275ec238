import type { JsonValue } from '../../src/domain/dag-action';
import {
  checkCondition,
  checkList,
  checkTemplates,
  evaluateCondition,
  evaluateList,
  ExpressionError,
  type ExpressionScope,
  fillTemplates,
} from '../../src/expressions/expressions';

const scope: ExpressionScope = {
  asset: { title: 'Sunset', description: null, tags: ['sea', 'sun'], created_at: '2026-01-31T10:00:00.000Z' },
  inputs: { quality: 80, ratio: 1.5, whole: 12, loud: true, sizes: [1, 2, { a: 1 }], options: { deep: { er: 'x' } } },
  nodes: {
    a: { state: 'succeeded', output: { width: 2000, constructor: 5, body: { items: [{ id: 7 }, { id: 8 }] } } },
    b: { state: 'failed', output: null },
  },
};

/** The value, by way of a template of its own. */
function valueOf(expression: string, within: ExpressionScope = scope): JsonValue {
  return fillTemplates(`\${{ ${expression} }}`, within);
}

function errorOf(run: () => unknown): ExpressionError {
  try {
    run();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a condition', () => {
  test.each([
    ['inputs.quality == 80', true],
    ['inputs.quality > 79 && inputs.quality <= 80', true],
    ['inputs.ratio == 1.5', true],
    ['inputs.whole * 1.5 == 18.0', true],
    ['inputs.quality / 160.0 < inputs.ratio', true],
    ['nodes.a.output.width > 1000', true],
    ['nodes["a"].output.width > 1000', true],
    ['nodes.b.state == "failed"', true],
    ['size(asset.tags) == 2', true],
    ['"sea" in asset.tags', true],
    ['asset.description == null', true],
    ['asset.title == null', false],
    ['inputs.sizes == [1, 2, {"a": 1}]', true],
    ['asset.tags.exists(tag, tag.startsWith("su"))', true],
    ['nodes.a.output.body.items.all(each, each.id > 7)', false],
    ['asset.title.contains("sun") || inputs.loud', true],
    ['timestamp(asset.created_at) + duration("24h") > timestamp("2026-02-01T00:00:00Z")', true],
    ['has(asset.nothing)', false],
    ['has(asset.title)', true],
    ['has(nodes.b.output)', false],
    ['has(nodes.b.output.deep.er)', false],
    ['!has(nodes.b.output.deep) && true', true],
    ['has(inputs.options.deep.er)', true],
    ['nodes.a.output.constructor == 5', true],
  ])('%s is %s', (text, expected) => {
    expect(evaluateCondition(text, scope)).toBe(expected);
  });
});

describe('a value comes out as plain JSON', () => {
  test.each<[string, JsonValue]>([
    ['inputs.quality + 1', 81],
    ['inputs.quality * 0.5', 40],
    ['9007199254740993', '9007199254740993'],
    ['-3 / 2', -1],
    ['asset.tags + ["new"]', ['sea', 'sun', 'new']],
    ['asset.tags.map(tag, tag.upperAscii())', ['SEA', 'SUN']],
    ['nodes.a.output.body.items.filter(each, each.id == 8).map(each, each.id)', [8]],
    ['{"title": asset.title, "n": 1, "list": [1, "x", null]}', { title: 'Sunset', n: 1, list: [1, 'x', null] }],
    ['inputs.options', { deep: { er: 'x' } }],
    ['nodes.a.output', { width: 2000, constructor: 5, body: { items: [{ id: 7 }, { id: 8 }] } }],
    ['inputs.options.map(key, key)', ['deep']],
    ['asset.tags.join(", ")', 'sea, sun'],
    ['timestamp(asset.created_at) + duration("36h")', '2026-02-01T22:00:00.000Z'],
    ['duration("90m")', '5400s'],
    ['asset.description', null],
    ['inputs.loud ? "yes" : "no"', 'yes'],
  ])('%s', (text, expected) => {
    expect(valueOf(text)).toEqual(expected);
  });

  test('a list keeps its values', () => {
    expect(evaluateList('nodes.a.output.body.items', scope)).toEqual([{ id: 7 }, { id: 8 }]);
  });

  test('a loop has its item and its place', () => {
    const inLoop = { ...scope, item: { id: 7 }, index: 0 };
    expect(fillTemplates({ id: '${{ item.id }}', at: 'no. ${{ index + 1 }}' }, inLoop)).toEqual({ id: 7, at: 'no. 1' });
  });
});

describe('what cannot be worked out says what and where', () => {
  test.each([
    ['asset.nothing == 1', 'there is no "nothing"', 6],
    ['asset.__proto__ == 1', 'there is no "__proto__"', 6],
    ['asset.constructor == 1', 'there is no "constructor"', 6],
    ['asset["__proto__"] == 1', 'there is no "__proto__"', 0],
    ['inputs.options.hasOwnProperty("deep")', 'there is no method "hasOwnProperty"', 0],
    ['nodes.b.output.width > 1', 'node "b" has given no output', 8],
    ['nodes.c.state == "failed"', 'there is no node "c"', 6],
    ['nodes.toString.state == "failed"', 'there is no node "toString"', 6],
    ['inputs.sizes[9] == 1', 'index out of bounds, index 9 >= size 3', 0],
    ['inputs.quality > "a"', 'no such overload: dyn<int> > string', 0],
    ['inputs.quality / 0 == 1', 'division by zero', 0],
    ['inputs.quality', 'must give true or false', null],
    ['nothing == 1', '"nothing" is not known; there are asset, inputs, nodes', 0],
    ['item == 1', '"item" is not known', 0],
    ['true && size(nodes) == 1', 'nodes must be followed by the id of a node', 13],
    ['nodes[asset.title].state == "x"', 'the id of a node must be written out', 6],
    ['1 +', 'Unexpected token: EOF', 3],
    ['asset.title == "abc', 'Unterminated string', 15],
    ['asset.title.matches("(a+)+$")', 'there is no method "matches"', 0],
    ['cel.bind(x, 1, x == 1)', 'there is no method "bind"', 0],
    ['bytes("x") == bytes("x")', 'there is no function "bytes"', 0],
    ['b"x" == b"x"', 'takes texts and numbers only', 0],
    ['asset.tags.all(asset, true)', '"asset" stands for something else already', 15],
    ['asset.tags.all(1, true)', 'all(var, predicate) invalid predicate iteration variable', 15],
    ['asset.tags.all(nodes, true)', '"nodes" stands for something else already', 15],
  ])('%s', (text, message, position) => {
    const evaluate = () => evaluateCondition(text, scope);
    const error = errorOf(evaluate);
    expect(error.message).toContain(message);
    expect(error.position).toBe(position);
  });

  test('what JSON has no form for is refused', () => {
    expect(() => valueOf('double("inf")')).toThrow('gives Infinity, which is no number of JSON');
    expect(() => evaluateList('asset', scope)).toThrow('must give a list');
  });
});

describe('templates', () => {
  test.each<[JsonValue, JsonValue]>([
    ['no template', 'no template'],
    ['${{ inputs.quality }}', 80],
    ['q${{ inputs.quality }}', 'q80'],
    [' ${{ inputs.quality }}', ' 80'],
    ['${{ asset.title }}: ${{ asset.tags }}', 'Sunset: ["sea","sun"]'],
    ['<${{ asset.description }}>', '<>'],
    ['${{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
    ['${{ {"a": {"b": 1}}}}', { a: { b: 1 } }],
    ['${{ "}}" + \'{{\' }}!', '}}{{!'],
    ['${{ "\\"}}" }}', '"}}'],
    ['${{ r"\\d" + "}}" }}', '\\d}}'],
    ['${{ """a"}}""" }}', 'a"}}'],
    ['${{ "${{" }}', '${{'],
    ['$ {{ x }} {{ y }} }}', '$ {{ x }} {{ y }} }}'],
    [{ '${{ key }}': ['${{ asset.title }}', 1, null] }, { '${{ key }}': ['Sunset', 1, null] }],
  ])('%j', (value, expected) => {
    expect(fillTemplates(value, scope)).toEqual(expected);
  });

  test('a template without an end, and one with a fault, tell the place in the whole text', () => {
    const [open, faulty] = ['ab ${{ 1', 'ab ${{ asset.nothing }}'].map((text) =>
      errorOf(() => fillTemplates(text, scope)),
    );
    expect(open).toMatchObject({ message: 'a template is not closed by }}', position: 3 });
    expect(faulty).toMatchObject({ message: 'there is no "nothing"', position: 13 });
  });

  test('what an expression gave is not read as a template again', () => {
    const hostile = { ...scope, asset: { title: '${{ inputs.quality }}' } };
    expect(fillTemplates('${{ asset.title }} and ${{ asset.title }}', hostile)).toBe(
      '${{ inputs.quality }} and ${{ inputs.quality }}',
    );
  });

  test('a key __proto__ of an output stays a key', () => {
    const output = JSON.parse('{"__proto__": {"admin": true}}') as JsonValue;
    const given = fillTemplates('${{ nodes.a.output }}', { ...scope, nodes: { a: { state: 'succeeded', output } } });
    expect(JSON.stringify(given)).toBe('{"__proto__":{"admin":true}}');
    expect((given as { admin?: unknown }).admin).toBeUndefined();
  });
});

describe('checked without values', () => {
  test.each([
    ['inputs.quality > 1', null],
    ['inputs.loud', null],
    ['"a"', 'must give true or false, not string'],
    ['1 == "a"', 'no such overload: int == string'],
    ['size(1) == 1', "found no matching overload for 'size(int)'"],
    ['item.id == 1', '"item" is not known; there are asset, inputs, nodes'],
    ['1 +', 'Unexpected token: EOF'],
  ])('the condition %s', (text, message) => {
    expect(checkCondition(text).fault?.message ?? null).toBe(message);
  });

  test('a list is asked for as a list', () => {
    expect(checkList('asset.tags').fault).toBeNull();
    expect(checkList('[1, 2]').fault).toBeNull();
    expect(checkList('1').fault?.message).toBe('must give a list, not int');
  });

  test('in a loop there are item and index', () => {
    expect(checkCondition('item.id == index', true).fault).toBeNull();
  });

  test('the nodes that are looked at are told with their places', () => {
    expect(checkCondition('nodes.a.output.x > 1 && nodes["b"].state == "failed"').references).toEqual([
      { id: 'a', position: 6 },
      { id: 'b', position: 24 },
    ]);
    expect(checkTemplates('x ${{ nodes.a.state }} ${{ [1].map(x, nodes.b.output) }}').references).toEqual([
      { id: 'a', position: 12 },
      { id: 'b', position: 44 },
    ]);
  });

  test('a fault of a template has its place in the text', () => {
    expect(checkTemplates('ab ${{ 1 + }}').fault).toEqual({ message: 'Unexpected token: EOF', position: 11 });
    expect(checkTemplates('no template, }} and {{').fault).toBeNull();
  });
});
