import { findFieldFault, toStoredFields } from '../../src/domain/asset-fields';

it('keeps category and tags in lower case, each tag once and in its first place', () => {
  expect(toStoredFields({ title: 'Kept', category: 'ÄRGER', tags: ['Test', 'Tags', 'TEST', 'here', 'tags'] })).toEqual({
    title: 'Kept',
    category: 'ärger',
    tags: ['test', 'tags', 'here'],
  });
});

it('adds no field that was not given', () => {
  expect(toStoredFields({ category: null })).toEqual({ category: null });
  expect(toStoredFields({})).toEqual({});
});

it('counts code points', () => {
  expect(findFieldFault({ title: '😀'.repeat(255) })).toBeNull();
  expect(findFieldFault({ title: '😀'.repeat(256) })).toBe('Title is too long (maximum is 255 characters)');
});

it.each([
  [{ title: '' }, "Title can't be blank"],
  [{ title: ' \t\n\u00a0' }, "Title can't be blank"],
  [{ title: 'x'.repeat(256) }, 'Title is too long (maximum is 255 characters)'],
  [{ description: 'x'.repeat(65_536) }, 'Description is too long (maximum is 65535 characters)'],
  [{ category: 'x'.repeat(256) }, 'Category is too long (maximum is 255 characters)'],
  [{ tags: Array.from({ length: 101 }, String) }, 'Tags are too many (maximum is 100 tags)'],
  [{ tags: ['fine', 'x'.repeat(256)] }, 'Tag is too long (maximum is 255 characters)'],
  [{ tags: ['fine', ' '] }, "Tag can't be blank"],
  [{ external_id: '' }, "External id can't be blank"],
  [{ external_id: 'x'.repeat(256) }, 'External id is too long (maximum is 255 characters)'],
  [{ tags: [''], title: '' }, "Title can't be blank"],
])('tells the first fault of %j', (fields, fault) => {
  expect(findFieldFault(fields)).toBe(fault);
});

it.each([
  [{}],
  [{ description: null, category: null, external_id: null, tags: [] }],
  [{ description: '', category: '' }],
  [{ title: 'x'.repeat(255), description: 'x'.repeat(65_535), tags: Array.from({ length: 100 }, String) }],
])('finds nothing wrong with %#', (fields) => {
  expect(findFieldFault(fields)).toBeNull();
});
