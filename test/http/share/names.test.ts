import { toFolderNames } from '../../../src/http/pages/share/names';

test('names in a folder are safe, and each is there once whatever its letters', () => {
  expect(toFolderNames(['a.jpg', '../A.JPG', 'a.jpg', 'a (2).jpg', '', 'b'])).toEqual([
    'a.jpg',
    'A (2).JPG',
    'a (3).jpg',
    'a (2) (2).jpg',
    '_',
    'b',
  ]);
});
