import fc from 'fast-check';
import { cleanFilename, findFilenameFault } from '../../src/domain/media-filename';

const bytes = (text: string): number => Buffer.byteLength(text);

describe('findFilenameFault', () => {
  it.each([
    ['NUL', 'a\u0000.jpg'],
    ['a newline', 'a\n.jpg'],
    ['CR LF', 'a\r\nSet-Cookie: x'],
    ['a tab', 'a\tb'],
    ['escape', '\u001b[2J'],
    ['DEL', 'a\u007f'],
    ['a C1 control', 'a\u0085b'],
    ['a line separator', 'a\u2028b'],
    ['a right-to-left override', 'photo\u202egpj.exe'],
    ['a left-to-right embedding', 'a\u202ab'],
    ['an isolate', 'a\u2066b\u2069'],
    ['a right-to-left mark', 'a\u200f'],
    ['an Arabic letter mark', 'a\u061c'],
    ['a lone high surrogate', 'a\ud800.jpg'],
    ['a lone low surrogate', '\udc00'],
  ])('refuses %s', (_what, name) => {
    expect(findFilenameFault(name)).toMatch(/^Must /);
  });

  it.each([
    'photo.jpg',
    'Zoë & Søn (1).JPG',
    '写真.png',
    'תמונה.gif',
    '👩‍👩‍👧.png',
    '../../etc/passwd',
    'C:\\x',
    '',
    '%00',
    'می‌خواهم.txt',
  ])('takes %j', (name) => {
    expect(findFilenameFault(name)).toBeNull();
  });
});

describe('cleanFilename', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['../../etc/passwd', 'passwd'],
    ['/etc/passwd', 'passwd'],
    ['C:\\Users\\me\\holiday.png', 'holiday.png'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['a/b\\c.txt', 'c.txt'],
    ['dir/', 'dir'],
    ['dir/..', 'dir'],
    ['%2e%2e%2fpasswd', '%2e%2e%2fpasswd'],
    ['', '_'],
    ['   ', '_'],
    ['.', '_'],
    ['..', '_'],
    ['/', '_'],
    ['a.', 'a'],
    ['a . . ', 'a'],
    [' a.txt ', 'a.txt'],
    ['.htaccess', '_.htaccess'],
    ['~', '_~'],
    ['-rf', '_-rf'],
    ['-ver.jpg', '_-ver.jpg'],
    ['@list.txt', '_@list.txt'],
    ['desktop.ini', '_desktop.ini'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['NUL .txt', '_NUL .txt'],
    ['com1.mp4', '_com1.mp4'],
    ['COM¹.txt', '_COM¹.txt'],
    ['lpt9.tar.gz', '_lpt9.tar.gz'],
    ['console.txt', 'console.txt'],
    ['a:b', 'a_b'],
    ['a<b>"c"|d?*.jpg', 'a_b__c__d__.jpg'],
    ['a\u0000b.jpg', 'ab.jpg'],
    ['a\u202eb.jpg', 'ab.jpg'],
    ['z\u200bw.jpg', 'zw.jpg'],
    ['e\u0301.jpg', '\u00e9.jpg'],
    ['a\ud800.jpg', 'a\ufffd.jpg'],
    ['аpple.jpg', 'аpple.jpg'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
  ])('makes %j into %j', (name, clean) => {
    expect(cleanFilename(name)).toBe(clean);
  });

  it.each([
    ['300 letters', `${'a'.repeat(300)}.jpeg`, '.jpeg', 255],
    ['4 KB', `${'b'.repeat(4096)}.tar.gz`, '.gz', 255],
    ['255 emoji', `${'😀'.repeat(255)}.png`, '.png', 255],
    ['300 letters without an extension', 'c'.repeat(300), 'c', 255],
    ['a long tail behind the dot', `x.${'d'.repeat(300)}`, 'd', 255],
    ['a long name that also needs a guard', `-${'e'.repeat(300)}.mov`, '.mov', 255],
  ])('cuts %s to 255 bytes and keeps the extension', (_what, name, end, most) => {
    const clean = cleanFilename(name);
    expect(bytes(clean)).toBeLessThanOrEqual(most);
    expect(bytes(clean)).toBeGreaterThan(most - 4);
    expect(clean.endsWith(end)).toBe(true);
    expect(clean).not.toContain('\ufffd');
  });

  it('answers a safe name of at most 255 bytes for every text, and the same again for that', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const clean = cleanFilename(name);
        expect(clean).not.toBe('');
        expect(bytes(clean)).toBeLessThanOrEqual(255);
        expect(clean).not.toMatch(/[/\\]|^\.|[\s.]$/u);
        expect(findFilenameFault(clean)).toBeNull();
        expect(cleanFilename(clean)).toBe(clean);
      }),
    );
  });
});
