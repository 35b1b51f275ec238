import { findCycles, type Needs, upstreamOf } from '../../src/domain/dag-needs';
import { nearestName } from '../../src/domain/nearest-name';

function toNeeds(needs: Readonly<Record<string, readonly string[]>>): Needs {
  return new Map(Object.entries(needs));
}

describe('circles', () => {
  test.each([
    ['none', { a: [], b: ['a'], c: ['a', 'b'] }, []],
    ['two ways to one node', { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }, []],
    ['needs of nothing', { a: ['x'], b: ['a', 'y'] }, []],
    ['two nodes', { a: ['b'], b: ['a'] }, [['a', 'b', 'a']]],
    ['three nodes, each before the next', { a: ['c'], b: ['a'], c: ['b'] }, [['a', 'b', 'c', 'a']]],
    ['a node by itself', { a: ['a'] }, [['a', 'a']]],
    ['one further up', { a: ['b'], b: ['c'], c: ['d'], d: ['b'] }, [['b', 'd', 'c', 'b']]],
    ['two apart', { a: ['b'], b: ['a'], c: ['d'], d: ['c'] }, [['a', 'b', 'a'], ['c', 'd', 'c']]], // prettier-ignore
  ])('%s', (_, needs, cycles) => {
    expect(findCycles(toNeeds(needs as unknown as Record<string, string[]>))).toEqual(cycles);
  });

  test('a circle of five hundred nodes is found without going deep', () => {
    const ids = Array.from({ length: 500 }, (_, at) => `n${String(at)}`);
    const needs = new Map(ids.map((id, at) => [id, [ids[(at + 499) % 500] ?? '']]));
    expect(findCycles(needs)[0]).toEqual([...ids, 'n0']);
  });
});

test('upstream is all that goes before, and in a circle the node itself', () => {
  const needs = toNeeds({ a: [], b: ['a', 'x'], c: ['b'], d: ['c', 'd'] });
  expect([...upstreamOf(needs, 'c')].sort()).toEqual(['a', 'b']);
  expect(upstreamOf(needs, 'd')).toContain('d');
  expect(upstreamOf(needs, 'nothing').size).toBe(0);
});

test.each([
  ['mata', 'meta'],
  ['metadata', null],
  ['extract_metadta', 'extract_metadata'],
  ['x', null],
  ['', null],
  ['teh', null],
  ['tel', 'tell'],
])('the nearest name to %j is %j', (text, name) => {
  expect(nearestName(text, ['meta', 'tell', 'extract_metadata'])).toBe(name);
});
