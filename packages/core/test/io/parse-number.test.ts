import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberBytes, parseNumber } from '../../src/io/cells/parse-number.js';

/** The obvious reference: the grammar as one pattern, the value by `Number`. */
function reference(text: string): number | undefined {
  const trimmed = text.replace(/^[ \t]+|[ \t]+$/g, '');
  return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(trimmed) ? Number(trimmed) : undefined;
}

function fromBytes(text: string): number | undefined {
  const bytes = Buffer.from(`,${text};`);
  const reader = new NumberBytes();
  return reader.read(bytes, 1, bytes.length - 1) ? reader.value : undefined;
}

function expectSameBits(found: number | undefined, wanted: number | undefined): void {
  expect(Object.is(found, wanted), `found ${found}, wanted ${wanted}`).toBe(true);
}

describe('numbers from text', () => {
  it.each([
    ['0', 0],
    ['-0', -0],
    ['+7', 7],
    ['.5', 0.5],
    ['5.', 5],
    ['-1234.5', -1234.5],
    ['1e3', 1000],
    ['1E-2', 0.01],
    [' 12\t', 12],
    ['0.1', 0.1],
    ['123456789012345678', 123456789012345680],
    ['0.30000000000000004', 0.30000000000000004],
    ['5e-324', 5e-324],
    ['1e400', Number.POSITIVE_INFINITY],
    ['1e-999999999999', 0],
    ['00012.50', 12.5],
  ])('reads %j as %d from text and from bytes', (text, value) => {
    expectSameBits(parseNumber(text), value);
    expectSameBits(fromBytes(text), value);
  });

  it.each([
    '',
    ' ',
    '-',
    '.',
    '+.',
    'e5',
    '1e',
    '1e+',
    '1,5',
    '1 000',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    '1..2',
    '1.2.3',
    '--1',
    '١',
  ])('takes %j for no number, from text and from bytes', (text) => {
    expect(parseNumber(text)).toBeUndefined();
    expect(fromBytes(text)).toBeUndefined();
  });

  it('reads every double back from its shortest text', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = Object.is(value, -0) ? '-0' : String(value);
        expectSameBits(fromBytes(text), value);
        expectSameBits(parseNumber(text), value);
      }),
    );
  });

  it('agrees with the reference on decimals of any length and exponent', () => {
    const digits = (maxLength: number) =>
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength }).map((list) => list.join(''));
    const text = fc
      .tuple(
        fc.constantFrom('', '-', '+'),
        digits(20),
        fc.constantFrom('', '.'),
        digits(20),
        fc.constantFrom('', 'e', 'E-', 'e+'),
        digits(3),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (written) => {
        expectSameBits(fromBytes(written), reference(written));
        expectSameBits(parseNumber(written), reference(written));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the reference on arbitrary text of number-like characters', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789+-.eE ,\t'.split('')), maxLength: 12 });
    fc.assert(
      fc.property(text, (written) => {
        expectSameBits(fromBytes(written), reference(written));
        expectSameBits(parseNumber(written), reference(written));
      }),
      { numRuns: 2000 },
    );
  });
});
