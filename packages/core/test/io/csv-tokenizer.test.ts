import fc from 'fast-check';
import { inferSchema, initParser } from 'udsv';
import { describe, expect, it } from 'vitest';
import { detectDelimiter } from '../../src/io/read/csv-delimiter.js';
import { CsvTokenizer } from '../../src/io/read/csv-tokenizer.js';

/** All records of a text, read as if it came in two pieces cut at `cut`. */
function recordsOf(text: string, delimiter = ',', cut?: number): string[][] {
  const bytes = Buffer.from(text);
  const tokenizer = new CsvTokenizer(delimiter.charCodeAt(0), 'test.csv');
  const records: string[][] = [];
  let at = 0;
  const read = (end: number, isLast: boolean): void => {
    while (at < end) {
      const next = tokenizer.next(bytes, at, end, isLast);
      if (next < 0) return;
      at = next;
      if (tokenizer.isBlank) continue;
      records.push(
        Array.from({ length: tokenizer.cells }, (_, cell) => {
          const raw = bytes.toString('utf8', tokenizer.starts[cell], tokenizer.ends[cell]);
          return tokenizer.doubled[cell] === 1 ? raw.replaceAll('""', '"') : raw;
        }),
      );
    }
  };
  if (cut !== undefined) read(Math.min(cut, bytes.length), false);
  read(bytes.length, true);
  return records;
}

describe('CsvTokenizer', () => {
  it.each([
    [
      'plain cells',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no line break at the end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CR alone',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'mixed line ends',
      'a,b\r\n1,2\n3,4\r5,6',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
        ['5', '6'],
      ],
    ],
    [
      'blank lines',
      '\n\na,b\n\r\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty cells',
      ',\n1,\n,2\n',
      [
        ['', ''],
        ['1', ''],
        ['', '2'],
      ],
    ],
    ['quoted delimiters', '"a,b",c\n', [['a,b', 'c']]],
    ['quoted line breaks', '"a\r\nb\nc",d\n', [['a\r\nb\nc', 'd']]],
    ['doubled quotes', '"say ""hi""","""",""\n', [['say "hi"', '"', '']]],
    ['a quote inside plain text', '5" pipe,2\n', [['5" pipe', '2']]],
    ['a quote at the very end', 'a,"b"', [['a', 'b']]],
    [
      'an empty cell at the very end',
      'a,b\n1,',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    [
      'records of unequal length, for the reader to judge',
      'a,b\n1\n1,2,3\n',
      [['a', 'b'], ['1'], ['1', '2', '3']],
    ],
    [
      'other scripts',
      'ä,日本\n"ß",🙂\n',
      [
        ['ä', '日本'],
        ['ß', '🙂'],
      ],
    ],
  ])('reads %s', (_, text, records) => {
    expect(recordsOf(text)).toEqual(records);
  });

  it.each([
    [
      'a quote that is never closed',
      'a,b\n1,"2\n3,4\n',
      'TABLE_MALFORMED: test.csv, record that begins on line 2: expected a closing quote, found the end of the text. Close the quote.',
    ],
    [
      'text after a closing quote',
      'a,b\n"1"x,2\n',
      'TABLE_MALFORMED: test.csv, record that begins on line 2: expected a delimiter or a line break after a closing quote, found "x". Write a quote within a quoted cell twice.',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => recordsOf(text)).toThrow(message);
  });

  it('counts lines, also those within quotes', () => {
    const bytes = Buffer.from('a,b\n\n"x\ny",1\nz,2\n');
    const tokenizer = new CsvTokenizer(44, 'test.csv');
    const lines: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      at = tokenizer.next(bytes, at, bytes.length, true);
      lines.push(tokenizer.recordLine);
    }
    expect(lines).toEqual([1, 2, 3, 5]);
  });

  it('grows beyond its first 64 cells', () => {
    const cells = Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? `"${i}"` : String(i)));
    expect(recordsOf(cells.join(','))).toEqual([cells.map((cell) => cell.replaceAll('"', ''))]);
  });

  const cell = fc.string({
    unit: fc.constantFrom('a', '1', ' ', ',', '"', '\n', '\r', 'é', '🙂', ';'),
    maxLength: 5,
  });
  const written = (text: string): string =>
    /[",\n\r]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;

  it('reads what was written, wherever the text is cut', () => {
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n', '\r'), fc.nat(80), (records, lineEnd, cut) => {
        const text = records.map((record) => record.map(written).join(',')).join(lineEnd);
        expect(recordsOf(text)).toEqual(records);
        expect(recordsOf(text, ',', cut)).toEqual(records);
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with µDSV on well-formed tables', () => {
    // µDSV expects quoted line breaks to be those of the rows, and every row to be complete.
    const plain = fc.string({
      unit: fc.constantFrom('a', '1', ' ', ',', '"', '\n', 'é'),
      minLength: 1,
      maxLength: 5,
    });
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((columns) =>
        fc.array(fc.array(plain, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(table, (rows) => {
        const header = rows[0].map((_, i) => `column${i}`);
        const text = `${[header, ...rows.map((row) => row.map(written))].map((row) => row.join(',')).join('\n')}\n`;
        const reference: string[][] = [];
        initParser(inferSchema(text, { col: ',', row: '\n', encl: '"', esc: '"' })).stringArrs(
          text,
          (row: string[]) => {
            reference.push(row);
          },
        );
        expect(recordsOf(text).slice(1)).toEqual(reference);
      }),
      { numRuns: 500 },
    );
  });
});

describe('detectDelimiter', () => {
  it.each([
    [',', 'ds,y\n2020-01-01,1\n'],
    [';', 'ds;y\n2020-01-01;1,5\n2020-01-02;2,5\n'],
    ['\t', 'ds\ty\n2020-01-01\t1\n'],
    ['|', 'ds|y\n2020-01-01|1\n'],
    [';', 'ds;"height, in cm"\n2020-01-01;1\n'],
    [';', 'ds;height, in cm;width, in cm;depth\n2020-01-01;1;2;3\n'],
    [',', 'ds,note\n2020-01-01,a;b\n'],
    [',', 'justone\n1\n'],
    [' ', '"Date" "first name"\n"2011-01-02" 99.1\n'],
    [',', 'day of sale,y\n2020-01-01,1\n'],
    [',', 'a header of words\n1\n'],
  ])('finds %j in %j', (delimiter, text) => {
    expect(detectDelimiter(Buffer.from(text), true)).toBe(delimiter);
  });
});
