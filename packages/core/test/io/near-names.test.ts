import { describe, expect, it } from 'vitest';
import { nearNames } from '../../src/io/near-names.js';

describe('nearNames', () => {
  it.each([
    ['births', ['deaths', 'birth', 'date'], ['birth']],
    ['unique_id', ['y', 'Unique ID', 'uniqueId', 'unique_ids'], ['Unique ID', 'uniqueId', 'unique_ids']],
    ['temp', ['temperature', 'humidity'], []],
    ['y', ['x', 'yy', 'why'], ['x', 'yy']],
    ['seasonal-naive', ['seasonal-naiv', 'naive', 'saesonal-naive'], ['seasonal-naiv', 'saesonal-naive']],
    ['', ['a'], ['a']],
    ['abc', [], []],
  ])('finds what %j may have meant among %j', (wanted, names, near) => {
    expect(nearNames(wanted, names)).toEqual(near);
  });

  it('gives no more than asked for, nearest first', () => {
    expect(nearNames('target', ['targe', 'tarXYt', 'target_', 'targets'], 2)).toEqual(['target_', 'targe']);
  });
});
