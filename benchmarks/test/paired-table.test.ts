import { describe, expect, it } from 'vitest';
import { meanAndHalfWidth, pairedDifference } from '../src/results/paired-difference.js';
import type { ResultRow } from '../src/results/result-file.js';
import { tableFromRows } from '../src/results/table.js';
import { parseTaskFile } from '../src/runner/task-file.js';

const file = parseTaskFile(
  JSON.stringify({
    suite: 'test',
    about: 'Pairs.',
    seed: 7,
    settings: { seeds: [1, 2, 3] },
    tasks: [
      { name: 'one', group: 'a' },
      { name: 'two', group: 'b' },
    ],
    arms: [{ name: 'even' }, { name: 'wide' }, { name: 'clever' }, { name: 'dull' }],
    table: {
      lines: 'paired',
      metrics: [
        { name: 'MSE', digits: 2 },
        { name: 'flops', title: 'kFLOP', digits: 1, divideBy: 1000 },
      ],
      references: ['even', 'wide'],
      short: ['clever', 'dull'],
    },
  }),
  'test',
);

const machine = { cpu: 'Z80', cores: 2, memoryGiB: 1, node: '20.0.0', os: 'linux 6.1' };

function row(task: string, arm: string, metric: string, value: number | null): ResultRow {
  return {
    suite: 'test',
    task,
    arm,
    metric,
    value,
    unit: 's',
    seed: 7,
    settings: { seeds: [1, 2, 3] },
    versions: { tessera: '0.1.0' },
    machine,
    date: '2026-01-02T03:04:05.000Z',
  };
}

const seeds = (task: string, arm: string, values: readonly (number | null)[]) =>
  values.map((value, i) => row(task, arm, `MSE_seed_${i + 1}`, value));

const rows = [
  ...seeds('one', 'even', [1, 2, 3]),
  ...seeds('one', 'wide', [5, 6, 7]),
  // Less than even by .4, .5 and .6: mean .5, deviation .1, t of two degrees of freedom 4.303, so .5 ± 4.303 · .1 / √3 = .248.
  ...seeds('one', 'clever', [0.6, 1.5, 2.4]),
  // More by 0, 1 and 2: mean 1 ± 4.303 / √3 = 2.484.
  ...seeds('one', 'dull', [1, 3, 5]),
  row('one', 'clever', 'flops', 2560),
];
const lines = (table: string) => table.split('\n').filter((line) => line.startsWith('|'));

describe('a control', () => {
  it('gets a column of its own, paired by seed', () => {
    const withControl = { ...file, table: { ...file.table, control: 'dull' } };
    const [header, , ...table] = lines(tableFromRows(rows, withControl));
    expect(header).toContain('| less that of dull |');
    const cells = (arm: string) => table.find((line) => line.includes(`| ${arm} |`))?.split(' | ')[4];
    // Less than dull by .4, 1.5 and 2.6: mean 1.5, deviation 1.1, so 1.5 ± 4.303 · 1.1 / √3 = 2.73.
    expect(cells('clever')).toBe('−1.50 [−4.23, +1.23]');
    expect(cells('dull')).toBe('reference');
  });
});

describe('meanAndHalfWidth', () => {
  it('takes the interval from Student’s t', () => {
    // Of 1, 2, 3: deviation 1, so 4.303 / √3.
    const [mean, half] = meanAndHalfWidth([1, 2, 3]);
    expect(mean).toBe(2);
    expect(half).toBeCloseTo(2.4843, 4);
    // Of five values with deviation √2.5: 2.776 · √2.5 / √5.
    expect(meanAndHalfWidth([1, 2, 3, 4, 5])[1]).toBeCloseTo(1.9629, 4);
    expect(meanAndHalfWidth([4])).toEqual([4, Number.NaN]);
  });
});

describe('pairedDifference', () => {
  it('pairs by seed and leaves out seeds that only one has', () => {
    const a = new Map([
      [1, 1],
      [3, 5],
      [4, 100],
    ]);
    const b = new Map([
      [3, 2],
      [1, 0],
      [2, 50],
    ]);
    const [mean, half] = pairedDifference(a, b);
    expect(mean).toBe(2);
    // 1 and 3: deviation √2, so 12.706 · √2 / √2.
    expect(half).toBeCloseTo(12.706, 10);
    expect(pairedDifference(a, new Map())[0]).toBeNaN();
  });
});

describe('paired table', () => {
  it('sets every arm against the better reference, bold where the interval leaves out 0', () => {
    expect(lines(tableFromRows(rows, file, 'a'))).toEqual([
      '| task | arm | MSE | MSE less that of the better uniform arm | kFLOP |',
      '| --- | ---: | ---: | ---: | ---: |',
      '| one | even | 2.00 ± 2.48 | reference | – |',
      '| one | wide | 6.00 ± 2.48 | **+4.00 [+4.00, +4.00]** | – |',
      '| one | clever | 1.50 ± 2.24 | **−0.50 [−0.75, −0.25]** | 2.6 |',
      '| one | dull | 3.00 ± 4.97 | +1.00 [−1.48, +3.48] | – |',
    ]);
  });

  it('says how many seeds are done, and gives no interval for one', () => {
    const partial = [...seeds('two', 'wide', [1, 3]), ...seeds('two', 'dull', [5])];
    expect(lines(tableFromRows(partial, file, 'b')).slice(2)).toEqual([
      '| two | wide (2 of 3 seeds) | 2.00 ± 12.71 | reference | – |',
      '| two | dull (1 of 3 seeds) | 5.00 | +4.00 | – |',
    ]);
  });

  it('neither drops an arm that diverged nor takes it for the reference', () => {
    const diverged = [...seeds('two', 'even', [null, 1, 1]), ...seeds('two', 'wide', [9, 9, 9])];
    expect(lines(tableFromRows(diverged, file, 'b')).slice(2)).toEqual([
      '| two | even | not finite | – | – |',
      '| two | wide | 9.00 ± 0.00 | reference | – |',
    ]);
  });

  it('has a short form, one line for each task', () => {
    const two = [...rows, ...seeds('two', 'wide', [1, 1, 1]), ...seeds('two', 'dull', [1, 1, 1])];
    expect(lines(tableFromRows(two, file, 'short'))).toEqual([
      '| task | better uniform arm | its MSE | clever, less that | dull, less that |',
      '| --- | ---: | ---: | ---: | ---: |',
      '| one | even | 2.00 ± 2.48 | **−0.50 [−0.75, −0.25]** | +1.00 [−1.48, +3.48] |',
      '| two | wide | 1.00 ± 0.00 | – | 0.00 [0.00, 0.00] |',
    ]);
  });

  it('takes the rows of its part alone, and refuses a part that there is not', () => {
    expect(tableFromRows(rows, file, 'b')).toContain('Not measured yet');
    expect(() => tableFromRows(rows, file, 'c')).toThrow(
      'TABLE_MALFORMED: table of test: expected short, or one of a, b, found "c"',
    );
  });
});
