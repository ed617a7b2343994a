import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimal } from '../../src/files/parse-decimal.js';

describe('a decimal number', () => {
  it.each([
    ['1', 1],
    ['-2.50', -2.5],
    ['+.5', 0.5],
    ['3.', 3],
    [' 1e3 ', 1000],
    ['2E-2', 0.02],
  ])('is read from %j', (text, value) => {
    expect(parseDecimal(text, () => 'cell')).toBe(value);
  });

  it.each(['', ' ', '0x10', 'NaN', 'Infinity', '1,5', '1_000', '--1', '1 2', '.', 'e5', '१'])(
    'is not read from %j',
    (text) => {
      expect(() => parseDecimal(text, () => 'line 3')).toThrow(
        `NUMBER_UNPARSABLE: line 3: expected a finite number, found ${JSON.stringify(text)}. Correct the cell.`,
      );
    },
  );

  it('is refused where it is too large for a number', () => {
    expect(() => parseDecimal('1e999', () => 'line 3')).toThrow(
      'NUMBER_INFINITE: line 3: expected a finite number',
    );
  });

  it('is read back from whatever JavaScript writes for a finite number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseDecimal(String(value), () => 'cell')).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
