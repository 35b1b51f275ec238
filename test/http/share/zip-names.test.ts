import { createZipNames } from '../../../src/http/pages/share/zip-names';

const pathsOf = (files: readonly (readonly [folders: readonly string[], filename: string])[]) => {
  const names = createZipNames();
  return files.map(([folders, filename]) => names.toPath(folders, filename));
};

test('names in a folder are safe, and each is there once whatever its letters', () => {
  const filenames = ['a.jpg', '../A.JPG', 'a.jpg', 'a (2).jpg', '', 'b'];
  expect(pathsOf(filenames.map((filename) => [[], filename]))).toEqual([
    'a.jpg',
    'A (2).JPG',
    'a (3).jpg',
    'a (2) (2).jpg',
    '_',
    'b',
  ]);
});

test('a folder is one for all of its files, and no title leads out of the ZIP', () => {
  expect(
    pathsOf([
      [['Spring'], 'a.jpg'],
      [['Spring', '..'], 'a.jpg'],
      [['/etc/passwd'], 'x'],
      [['C:\\windows'], 'x'],
      [['spring'], 'A.jpg'],
      [['Spring'], 'b.jpg'],
    ]),
  ).toEqual(['Spring/a.jpg', 'Spring/_/a.jpg', '_-etc-passwd/x', 'C_-windows/x', 'spring/A (2).jpg', 'Spring/b.jpg']);
});

test('a file and a folder of one name in one place are told apart', () => {
  expect(
    pathsOf([
      [[], 'Spring'],
      [['Spring'], 'a'],
      [['Summer'], 'a'],
      [[], 'summer'],
    ]),
  ).toEqual(['Spring', 'Spring (2)/a', 'Summer/a', 'summer (2)']);
});

test('thousands of files of one name are named as fast as others', () => {
  const paths = pathsOf(Array.from({ length: 20_000 }, () => [['f'], 'a.jpg'] as const));
  expect(new Set(paths).size).toBe(20_000);
  expect(paths.at(-1)).toBe('f/a (20000).jpg');
});
