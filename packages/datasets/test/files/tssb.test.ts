import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../../../testing/requirement.js';
import { readTssb } from '../../src/files/tssb.js';
import { temporaryFolder } from '../temporary-folder.js';

describe('a TSSB file', () => {
  it('becomes a series with its window and change points beside it', async () => {
    const folder = await temporaryFolder({
      'Two.txt': '1.5\n-2\n3e-1\n4\n',
      'One.txt': '7\n8\n',
      'desc.csv': 'Two,2,1,3\nOne,10\nAbsent,5,9\n',
    });
    const { set, labels } = await readTssb(folder, join(folder, 'desc.csv'));
    expect(set.ids).toEqual(['One', 'Two']);
    expect([...set.get('Two').channel('value').values]).toEqual([1.5, -2, 0.3, 4]);
    expect(labels).toEqual(
      new Map([
        ['One', { window: 10, changePoints: [] }],
        ['Two', { window: 2, changePoints: [1, 3] }],
      ]),
    );
  });

  it.each([
    ['no values', '\n\n', 'A,2', /TABLE_EMPTY: .*A\.txt: expected one value a line, found none/],
    ['text', '1\nx\n', 'A,2', /NUMBER_UNPARSABLE: .*A\.txt, line 2: .*found "x"/],
    ['a change point outside', '1\n2\n', 'A,2,2', /INDEX_INVALID: .*desc\.csv, A: .*from 0 to 1, found 2/],
    ['no window', '1\n2\n', 'A', /TABLE_MALFORMED: .*desc\.csv, line 1/],
    ['change points that go back', '1\n2\n3\n', 'A,1,2,1', /TABLE_MALFORMED: .*found "A,1,2,1"/],
    ['a change point at the start', '1\n2\n3\n', 'A,1,0', /TABLE_MALFORMED/],
    ['text among the change points', '1\n2\n3\n', 'A,1,x', /TABLE_MALFORMED/],
  ])('is refused with %s', async (_, values, description, message) => {
    const folder = await temporaryFolder({ 'A.txt': values, 'desc.csv': description });
    await expect(readTssb(join(folder, 'A.txt'), join(folder, 'desc.csv'))).rejects.toThrow(message);
  });

  it('the benchmark: 25 series, all described', async (context) => {
    needs(context, 'data');
    const { set, labels } = await readTssb(join(dataFolder, 'tssb'), join(dataFolder, 'tssb', 'desc.csv'));
    expect([set.size, labels.size]).toEqual([25, 25]);
    expect(labels.get('Crop')).toEqual({
      window: 10,
      changePoints: [1725, 3450, 5175, 8625, 12_075, 15_525, 17_250, 18_975],
    });
    expect(labels.get('Herring')?.changePoints).toEqual([]);
  });
});
