import fc from 'fast-check';
import { DAG_LIMITS } from '../../src/domain/dag-action';
import { parseDagAction } from '../../src/schemas/dag-action';

/** `line:column path: message` of each fault; empty for a good text. */
function faultsOf(text: string): readonly string[] {
  const reading = parseDagAction(text);
  if ('definition' in reading) return [];
  return reading.faults.map(
    ({ line, column, path, message }) => `${String(line)}:${String(column)} ${path}: ${message}`,
  );
}

function withNodes(...nodes: readonly string[]): string {
  return ['name: A', 'nodes:', ...nodes.map((node) => `  - ${node}`)].join('\n');
}

const TAG = 'uses: update_asset, with: { add_tags: [x] }';

test('a declaration becomes its normal form, with what was left out filled in', () => {
  const text = `
name: Publish with review   # unique
description: …
category: Publishing
inputs: { quality: { type: integer, default: 80 }, note: { type: string, description: Free } }
max_parallel: 3
nodes:
  - id: meta
    uses: extract_metadata
  - id: tell
    uses: http_request
    needs: [meta]
    if: nodes.meta.output.width > 1000
    with: { method: POST, url: "https://example.com", body: { title: "\${{ asset.title }}" } }
    retry: { max_attempts: 3, initial_interval: 500ms, total: 5m }
    timeout: 30s
    trigger: all_done
    on_failure: continue`;
  expect(parseDagAction(text)).toEqual({
    definition: {
      name: 'Publish with review',
      description: '…',
      category: 'Publishing',
      inputs: { quality: { type: 'integer', default: 80 }, note: { type: 'string', description: 'Free' } },
      concurrency: 'queue',
      failFast: false,
      maxParallel: 3,
      nodes: [
        {
          id: 'meta',
          uses: 'extract_metadata',
          needs: [],
          if: null,
          with: {},
          retry: { maxAttempts: 1, initialIntervalMs: 1_000, backoff: 2, maxIntervalMs: 60_000, totalMs: null },
          timeoutMs: null,
          trigger: 'all_success',
          onFailure: 'fail',
        },
        {
          id: 'tell',
          uses: 'http_request',
          needs: ['meta'],
          if: 'nodes.meta.output.width > 1000',
          with: { method: 'POST', url: 'https://example.com', body: { title: '${{ asset.title }}' } },
          retry: { maxAttempts: 3, initialIntervalMs: 500, backoff: 2, maxIntervalMs: 60_000, totalMs: 300_000 },
          timeoutMs: 30_000,
          trigger: 'all_done',
          onFailure: 'continue',
        },
      ],
    },
  });
});

test('JSON is read too', () => {
  const json = JSON.stringify({ name: 'A', nodes: [{ id: 'a', uses: 'extract_metadata' }] }, null, '\t');
  expect(parseDagAction(json)).toMatchObject({ definition: { name: 'A', category: 'General', description: '' } });
});

describe('refused, with line, column, path and reason', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', ['1:1 : must be an action, as YAML or JSON']],
    ['no map', '- a', ['1:1 : must be a map']],
    ['nothing of what is required', '{}', ['1:1 name: is required', '1:1 nodes: is required']],
    ['bad YAML', 'name: A\nnodes: [', ['2:9 : is no valid YAML: Flow sequence in block collection must be']],
    ['two documents', 'name: A\n---\nname: B', ['2:1 : must be one document, not several']],
    ['a tag', 'name: !secret A', ['1:7 : is no valid YAML: Unresolved tag: !secret']],
    ['a key that is no text', '1: 2', ['1:1 name: is required', '1:1 nodes: is required', '1:1 1: is not known']],
    ['NUL', 'name: "A\\0"\nnodes: [{ id: a, uses: move, with: { to: x } }]', ['1:7 name: has a character that no text has']],
    ['a number that would lose digits', withNodes('{ id: a, uses: move, with: { to: 9007199254740993 } }'), ['3:38 nodes[0].with.to: is too large for a number']],
    ['an alias of nothing', 'name: *a', ['1:7 : has an alias *a of nothing']],
    ['an alias of itself', 'name: &a [*a]', ['1:11 : is nested deeper than 32 levels']],
    ['a field twice', 'name: A\nname: B\nnodes: [{ id: a, uses: extract_metadata }]', ['2:1 name: stands here twice']],
    ['an unknown field', 'name: A\ndescripton: x\nnodes: [{ id: a, uses: extract_metadata }]', ['2:1 descripton: is not known; did you mean "description"?']],
    ['no nodes', 'name: A\nnodes: []', ['2:8 nodes: must have at least 1 entry']],
    ['a wrong type', 'name: 5\nnodes: [{ id: a, uses: extract_metadata }]', ['1:7 name: must be a text']],
    ['a name like an id', 'name: "17"\nnodes: [{ id: a, uses: extract_metadata }]', ['1:7 name: must not read like an id']],
    ['a name with a line end', 'name: "a\\nb"\nnodes: [{ id: a, uses: extract_metadata }]', ['1:7 name: must not have control characters']],
    ['a bad concurrency', 'name: A\nconcurrency: queued\nnodes: [{ id: a, uses: extract_metadata }]', ['2:14 concurrency: must be one of queue, cancel, reject, not "queued"; did you mean "queue"?']],
    ['too many at once', 'name: A\nmax_parallel: 101\nnodes: [{ id: a, uses: extract_metadata }]', ['2:15 max_parallel: must be at most 100']],
    ['a default of another type', 'name: A\ninputs:\n  q: { type: integer, default: "80" }\nnodes: [{ id: a, uses: extract_metadata }]', ['3:32 inputs.q.default: must be of the type integer']],
    ['an input of a bad name', 'name: A\ninputs: { Q: { type: integer } }\nnodes: [{ id: a, uses: extract_metadata }]', ['2:11 inputs.Q: must be of the letters a-z']],
    ['a malformed id', withNodes(`{ id: A-1, ${TAG} }`), ['3:11 nodes[0].id: must be of the letters a-z']],
    ['a reserved id', withNodes(`{ id: in, ${TAG} }`), ['3:11 nodes[0].id: is a word of the language']],
    ['an id twice', withNodes(`{ id: a, ${TAG} }`, `{ id: a, ${TAG} }`), ['4:11 nodes[1].id: "a" is the id of nodes[0] already']],
    ['an unknown need', withNodes(`{ id: meta, ${TAG} }`, `{ id: b, needs: [mata], ${TAG} }`), ['4:22 nodes[1].needs[0]: there is no node "mata"; did you mean "meta"?']],
    ['a need of itself', withNodes(`{ id: a, needs: [a], ${TAG} }`), ['3:22 nodes[0].needs[0]: is the node itself']],
    ['a need twice', withNodes(`{ id: a, ${TAG} }`, `{ id: b, needs: [a, a], ${TAG} }`), ['4:25 nodes[1].needs[1]: "a" stands here twice']],
    ['a circle', withNodes(`{ id: a, needs: [c], ${TAG} }`, `{ id: b, needs: [a], ${TAG} }`, `{ id: c, needs: [b], ${TAG} }`), ['3:22 nodes[0].needs[0]: closes a circle: a → b → c → a']],
    ['an unknown kind', withNodes('{ id: a, uses: extract_metadta }'), ['3:20 nodes[0].uses: must be one of ingest_media, extract_metadata, make_previews, update_asset, move, assign, share, request_review, bulk_move, http_request, webhook, wait, approval, run_action, for_each, not "extract_metadta"; did you mean "extract_metadata"?']],
    ['an unknown field of a kind', withNodes('{ id: a, uses: http_request, with: { url: x, headrs: {} } }'), ['3:50 nodes[0].with.headrs: is not known; did you mean "headers"?']],
    ['a missing field of a kind', withNodes('{ id: a, uses: http_request }'), ['3:5 nodes[0].with.url: is required']],
    ['a bad value of a kind', withNodes('{ id: a, uses: http_request, with: { url: x, method: PSOT } }'), ['3:58 nodes[0].with.method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, not "PSOT"; did you mean "POST"?']],
    ['a rule over several fields', withNodes('{ id: a, uses: wait, with: {} }'), ['3:32 nodes[0].with: must have duration or until']],
    ['a bad condition', withNodes(`{ id: a, if: 1 + + 2, ${TAG} }`), ['3:22 nodes[0].if: Unexpected token: PLUS']],
    ['a condition that is none', withNodes(`{ id: a, if: size("x"), ${TAG} }`), ['3:18 nodes[0].if: must give true or false, not int']],
    ['a bad template', withNodes('{ id: a, uses: move, with: { to: "x${{ asset. }}" } }'), ['3:51 nodes[0].with.to: Expected IDENTIFIER, got EOF']],
    ['a template without an end', withNodes('{ id: a, uses: move, with: { to: "x${{ asset.id" } }'), ['3:40 nodes[0].with.to: a template is not closed by }}']],
    ['an unknown name', withNodes(`{ id: a, if: assets.title == "x", ${TAG} }`), ['3:18 nodes[0].if: "assets" is not known; there are asset, inputs, nodes']],
    ['a look at a node that is not there', withNodes(`{ id: meta, ${TAG} }`, `{ id: b, needs: [meta], if: nodes.mata.state == "failed", ${TAG} }`), ['4:39 nodes[1].if: looks at a node "mata", and there is none; did you mean "meta"?']],
    ['a look at a node that does not go before', withNodes(`{ id: a, ${TAG} }`, `{ id: b, if: nodes.a.state == "failed", ${TAG} }`), ['4:24 nodes[1].if: looks at the node "a", which does not go before this one: name it in needs']],
    ['a look at itself', withNodes(`{ id: a, if: nodes.a.state == "failed", ${TAG} }`), ['3:24 nodes[0].if: looks at the node itself']],
    ['a bad trigger', withNodes(`{ id: a, trigger: all_succes, ${TAG} }`), ['3:23 nodes[0].trigger: must be one of all_success, all_done, one_success, one_failed, none_failed, always, not "all_succes"; did you mean "all_success"?']],
    ['a trigger that asks for needs', withNodes(`{ id: a, trigger: one_failed, ${TAG} }`), ['3:23 nodes[0].trigger: one_failed asks for needs, and there are none']],
    ['a bad retry', withNodes(`{ id: a, retry: { max_attempts: 0, backof: 2 }, ${TAG} }`), ['3:37 nodes[0].retry.max_attempts: must be at least 1', '3:40 nodes[0].retry.backof: is not known; did you mean "backoff"?']],
    ['a bad timeout', withNodes(`{ id: a, timeout: 5 s, ${TAG} }`), ['3:23 nodes[0].timeout: must be a duration such as 30s, 5m, 2h or 7d']],
    ['no time', withNodes(`{ id: a, timeout: 0s, ${TAG} }`), ['3:23 nodes[0].timeout: must be longer than 0']],
    ['too long a time', withNodes(`{ id: a, timeout: 4000d, ${TAG} }`), ['3:23 nodes[0].timeout: must be ten years at most']],
    ['a loop of what cannot be looped', withNodes('{ id: a, uses: for_each, with: { items: asset.tags, node: { uses: approval } } }'), ['3:71 nodes[0].with.node.uses: must be one of']],
    ['a loop over no list', withNodes('{ id: a, uses: for_each, with: { items: "1 + 1", node: { uses: extract_metadata } } }'), ['3:46 nodes[0].with.items: must give a list, not int']],
    ['a fault inside of a loop', withNodes('{ id: a, uses: for_each, with: { items: asset.tags, node: { uses: move, with: { to: "${{ itm }}" } } } }'), ['3:94 nodes[0].with.node.with.to: "itm" is not known; there are asset, inputs, nodes, item, index']],
    ['an item outside of a loop', withNodes('{ id: a, uses: move, with: { to: "${{ item }}" } }'), ['3:43 nodes[0].with.to: "item" is not known']],
    ['an action that runs itself', withNodes('{ id: a, uses: run_action, with: { action: A } }'), ['3:48 nodes[0].with.action: is the action itself: it would never end']],
  ])('%s', (_, text, expected) => {
    const faults = faultsOf(text);
    expect(faults).toHaveLength(expected.length);
    expected.forEach((fault, at) => {
      expect(faults[at]).toContain(fault);
    });
  }); // prettier-ignore

  test('what a template will fill in is not judged before', () => {
    const node =
      '{ id: a, uses: update_asset, with: { tags: "${{ asset.tags }}", fields: { title: "${{ 1 }}", category: 5 } } }';
    expect(faultsOf(withNodes(node))).toEqual(['3:108 nodes[0].with.fields.category: must be a text']);
  });

  test('a fault in an expression of several lines is told with the line of it', () => {
    const text =
      'name: A\nnodes:\n  - id: a\n    uses: extract_metadata\n    if: |\n      true &&\n        nothing > 1\n';
    expect(faultsOf(text)).toEqual(['7:9 nodes[0].if: "nothing" is not known; there are asset, inputs, nodes']);
  });

  test('all faults are told at once, in the order of lines, fifty at most', () => {
    const text = `name: 5\nnodes:\n${'  - { id: A, uses: nothing, needs: [x] }\n'.repeat(40)}`;
    const faults = faultsOf(text);
    expect(faults).toHaveLength(50);
    expect(faults[0]).toBe('1:7 name: must be a text');
    const lines = faults.map((fault) => Number(fault.split(':')[0]));
    expect(lines).toEqual([...lines].sort((one, other) => one - other));
  });
});

describe('limits', () => {
  const nodes = (count: number) =>
    withNodes(...Array.from({ length: count }, (_, at) => `{ id: n${String(at)}, ${TAG} }`));

  test('five hundred nodes are read, one more is refused', () => {
    expect(faultsOf(nodes(DAG_LIMITS.nodes))).toEqual([]);
    expect(faultsOf(nodes(DAG_LIMITS.nodes + 1))).toEqual(['3:3 nodes: must have at most 500 entries']);
  });

  test('a text of more than 512 KiB is refused', () => {
    expect(faultsOf(`${withNodes(`{ id: a, ${TAG} }`)}\n${'#'.repeat(512 * 1024)}`)).toEqual([
      '1:1 : must have at most 512 KiB',
    ]);
  });

  test.each([
    ['brackets', '['.repeat(200_000)],
    ['lists', '- '.repeat(200_000)],
    ['maps', '{a: '.repeat(100_000)],
    ['explicit keys', '? '.repeat(200_000)],
    ['numbers', `[${'1,'.repeat(200_000)}]`],
    ['closing braces', '}'.repeat(300_000)],
    ['anchors', '&a '.repeat(100_000)],
    ['documents', '--- a\n'.repeat(80_000)],
    ['one field over and over', `{${'a: 1, '.repeat(50_000)}}`],
    ['aliases of aliases', ['a: &a [1]', ...Array.from({ length: 30 }, (_, at) => `b${String(at)}: &b [*a, *a, *a, *a]`)].join('\n')],
  ])('a text of %s is refused, and soon', (_, text) => {
    const begun = performance.now();
    expect(faultsOf(text).length).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(8_000);
  }); // prettier-ignore
});

describe('whatever is written', () => {
  const words = fc.constantFrom(
    ...[
      'name',
      'nodes',
      'id',
      'uses',
      'with',
      'needs',
      'if',
      ': ',
      '- ',
      '\n',
      '\n  ',
      '\n    ',
      '{',
      '}',
      '[',
      ']',
      ',',
    ],
    ...['a', 'extract_metadata', 'for_each', '"', "'", '|', '>', '&a', '*a', '<<', '!!str ', '?', '#', '---', '\t'],
    ...[
      '${{',
      '}}',
      'nodes.a.output',
      '5',
      'null',
      'inputs',
      '__proto__',
      'constructor',
      '\\u0000',
      '%',
      '…',
      '\ud800',
    ],
  );
  const text = fc.oneof(
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.array(words, { maxLength: 40 }).map((parts) => `name: A\nnodes:\n  - id: a\n    uses: update_asset\n    with: ${parts.join('')}`),
    fc.string({ unit: 'binary', maxLength: 100 }),
  ); // prettier-ignore

  test('nothing is thrown, and each fault names a place in the text', () => {
    fc.assert(
      fc.property(text, (written) => {
        const reading = parseDagAction(written);
        if ('definition' in reading) return;
        expect(reading.faults.length).toBeGreaterThan(0);
        const lines = written.split('\n').length;
        for (const { line, column } of reading.faults) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
