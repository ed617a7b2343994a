/** Numbers as data files write them. Stricter than `Number`: no empty text, no hexadecimal, no words. */
import { TesseraError } from '@tessera/core';

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The number that `text` writes in decimals, spaces around it allowed.
 *
 * @param place names the cell, for messages
 * @throws TesseraError NUMBER_UNPARSABLE, NUMBER_INFINITE
 */
export function parseDecimal(text: string, place: () => string): number {
  const trimmed = text.trim();
  const value = decimal.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new TesseraError({
    code: Number.isNaN(value) ? 'NUMBER_UNPARSABLE' : 'NUMBER_INFINITE',
    argument: place(),
    expected: 'a finite number',
    found: JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text),
    wayOut: 'Correct the cell',
  });
}
