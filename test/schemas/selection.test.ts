import { z } from 'zod';
import { selectionSchema } from '../../src/schemas/selection';

const body = z.strictObject({ parent: z.string(), selection: selectionSchema });

test('a selection in a body comes out parsed', () => {
  const { selection } = body.parse({ parent: 'p', selection: ['5', { children: 6 }] });
  expect(selection.ids).toEqual(['5']);
  expect(selection.rules).toMatchObject([{ kind: 'children', parent: { by: 'id', id: '6' } }]);
});

test('an issue has the path of the bad part from the root of the body', () => {
  const result = body.safeParse({ parent: 'p', selection: ['5', { search: { filter: ['type', 'like', 'x'] } }] });
  expect(result.error?.issues).toMatchObject([
    { path: ['selection', 1, 'search', 'filter', 1], message: expect.stringContaining('type takes the operators') },
  ]);
});

test('a body without a selection is refused at its path', () => {
  expect(body.safeParse({ parent: 'p' }).error?.issues).toMatchObject([{ path: ['selection'] }]);
});

test('the JSON schema shows each form of an item and that the selection is required', () => {
  expect(z.toJSONSchema(body, { io: 'input' })).toMatchObject({
    required: ['parent', 'selection'],
    properties: {
      selection: {
        type: 'array',
        minItems: 1,
        items: {
          oneOf: [
            { type: 'string' },
            { type: 'integer' },
            { type: 'object', required: ['children'] },
            { type: 'object', required: ['search'] },
          ],
        },
      },
    },
  });
});
