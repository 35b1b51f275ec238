import fc from 'fast-check';
import { MAX_LINES } from '../../src/domain/bulk-ingest';
import { LinesInvalid, readCsvLines, readJsonLines } from '../../src/schemas/bulk-ingest-lines';

/** The text in pieces of so many bytes, so that characters and quotes are cut through. */
async function* pieces(text: string | Buffer, bytes = 3) {
  const whole = Buffer.from(text as string);
  for (let at = 0; at < whole.length; at += bytes) yield Promise.resolve(whole.subarray(at, at + bytes));
}
const read = (text: string | Buffer, bytes?: number) => readCsvLines(pieces(text, bytes));
const url = 'https://cdn.example.com/a.jpg';

describe('a CSV', () => {
  it.each([
    ['LF', `file_url,filename,title\n${url},a.jpg,A\n`],
    ['CRLF', `file_url,filename,title\r\n${url},a.jpg,A\r\n`],
    ['CR', `file_url,filename,title\r${url},a.jpg,A\r`],
    ['no line end at its end', `file_url,filename,title\n${url},a.jpg,A`],
    ['a byte order mark', `\ufefffile_url,filename,title\n${url},a.jpg,A\n`],
    ['columns in another order', `title,file_url,filename\nA,${url},a.jpg\n`],
    ['columns in capitals and with spaces', `File_URL , FILENAME,Title\n${url},a.jpg,A\n`],
    ['quoted fields', `"file_url","filename","title"\n"${url}","a.jpg","A"\n`],
    ['empty lines', `\n\nfile_url,filename,title\n\n${url},a.jpg,A\n\n\n`],
  ])('is read with %s', async (_form, text) => {
    expect(await read(text)).toEqual([{ file_url: url, filename: 'a.jpg', title: 'A' }]);
  });

  it('keeps commas, quotes, line ends and every character of a quoted field', async () => {
    const title = 'Größe, "5"\r\nzweite Zeile 🏔️';
    expect(await read(`file_url,title\n${url},"${title.replaceAll('"', '""')}"\n`, 1)).toEqual([{ file_url: url, title }]);
  }); // prettier-ignore

  it('leaves out fields that are missing at the end of a line', async () => {
    expect(await read(`file_url,filename,title\n${url}\n${url},b.jpg\n`)).toEqual([
      { file_url: url },
      { file_url: url, filename: 'b.jpg' },
    ]);
  });

  it('gives a line with too many fields as a bad one among the others', async () => {
    expect(await read(`file_url,title\n${url},Hello, world\n${url},B\n`)).toEqual([
      null,
      { file_url: url, title: 'B' },
    ]);
  });

  it.each([
    ['nothing at all', '', 'there are no lines'],
    ['a header only', 'file_url,filename\n', 'there are no lines'],
    ['no header', `${url},a.jpg\n`, 'the column "https://cdn.example.com/a.jpg" is not known'],
    ['an unknown column', `file_url,titel\n${url},A\n`, 'the column "titel" is not known'],
    ['a column twice', `file_url,title,title\n${url},A,B\n`, 'a column is named twice'],
    ['no column of addresses', 'filename,title\na.jpg,A\n', 'there is no column file_url'],
    ['a quote that is not closed', `file_url,title\n${url},A\n${url},"B\n${url},C\n`, 'a quote is not closed, from line 3 on'],
    ['text after a closing quote', `file_url,title\n${url},"A" b\n`, 'something follows a closing quote, from line 2 on'],
    ['a quote in the middle of a field', `file_url,title\n${url},A"b"\n`, 'a quote stands in the middle of a field, from line 2 on'],
    ['a record without end', `file_url,title\n${url},"${'x\n'.repeat(200_000)}`, 'or a line is too long, from line 2 on'],
  ])('with %s is refused in words that say where', async (_what, text, words) => {
    const fault: unknown = await read(text, 4_096).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(LinesInvalid);
    expect((fault as Error).message).toContain(words);
  }); // prettier-ignore

  it('is refused when it has one line too many', async () => {
    const text = (lines: number) => `file_url\n${'x\n'.repeat(lines)}`;
    expect(await read(text(MAX_LINES), 65_536)).toHaveLength(MAX_LINES);
    await expect(read(text(MAX_LINES + 1), 65_536)).rejects.toThrow('there are more than 100000 lines');
  });

  it('that breaks off because its source fails is neither read nor refused: the fault is thrown', async () => {
    const source = async function* () {
      yield* pieces(`file_url\n${url}\n`);
      throw new Error('the disk is gone');
    };
    await expect(readCsvLines(source())).rejects.toThrow('the disk is gone');
  });

  it('is read or refused, whatever it is', async () => {
    const garbage = fc.array(fc.constantFrom('"', ',', '\n', '\r', 'file_url', 'title', 'a', '\ufeff', '\u0000', 'é'), { maxLength: 40 }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(garbage, fc.integer({ min: 1, max: 7 }), async (parts, bytes) => {
        const fault: unknown = await read(`file_url,title\n${parts.join('')}`, bytes).then(
          () => null,
          (error: unknown) => error,
        );
        expect(fault === null || fault instanceof LinesInvalid).toBe(true);
      }),
    );
  });

  it('gives back any titles that were written as RFC 4180 says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 50 }),
        async (titles, end, bytes) => {
          const wellFormed = titles.map((title) => Buffer.from(title).toString());
          const rows = wellFormed.map((title) => `${url},"${title.replaceAll('"', '""')}"`);
          const lines = await read(['file_url,title', ...rows, ''].join(end), bytes);
          expect(lines.map((line) => line?.title)).toEqual(wellFormed);
        },
      ),
    );
  });
});

describe('a JSON body', () => {
  it('is a list of anything', () => {
    expect(readJsonLines([{ file_url: url }, 7, null])).toEqual([{ file_url: url }, 7, null]);
  });

  it.each([[undefined], [null], [{}], ['x'], [7], [{ lines: [] }]])('that is %j is refused', (body) => {
    expect(() => readJsonLines(body)).toThrow('the body must be a list of lines');
  });

  it('without a line, or with one too many, is refused', () => {
    expect(() => readJsonLines([])).toThrow('there are no lines');
    expect(() => readJsonLines(Array.from({ length: MAX_LINES + 1 }))).toThrow('there are more than 100000 lines');
    expect(readJsonLines(Array.from({ length: MAX_LINES }))).toHaveLength(MAX_LINES);
  });
});
