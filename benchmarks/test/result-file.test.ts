import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRun } from '../src/results/add-run.js';
import {
  formatResults,
  parseResults,
  type ResultRow,
  type ResultRun,
  rowsOf,
} from '../src/results/result-file.js';

const machine = { cpu: 'Z80', cores: 2, memoryGiB: 1, node: '20.0.0', os: 'linux 6.1' };

function run(values: Readonly<Record<string, number | null>>, change: Partial<ResultRun> = {}): ResultRun {
  return {
    suite: 'test',
    task: 'one',
    arm: 'plain',
    seed: 7,
    settings: { seeds: [1, 2] },
    versions: { tessera: '0.1.0' },
    machine,
    date: '2026-01-02T03:04:05.000Z',
    values: Object.fromEntries(
      Object.entries(values).map(([metric, value]) => [metric, { value, unit: 's' }]),
    ),
    ...change,
  };
}

const figures = (rows: readonly ResultRow[]) => rows.map((row) => [row.metric, row.value, row.machine.cpu]);

describe('result files', () => {
  it('hold one run a line, as JSON that reads back the same', () => {
    const runs = [run({ MSE: 0.1, seconds: null }), run({ MSE: 0.1 + 0.2 }, { arm: 'large' })];
    const text = formatResults(runs);
    expect(text.split('\n')).toHaveLength(2 + 3);
    expect(JSON.parse(text)).toEqual(runs);
    expect(parseResults(text, 'test')).toEqual(runs);
    expect(parseResults(formatResults([]), 'test')).toEqual([]);
  });

  it('name the run and the part of it that does not fit', () => {
    const text = formatResults([run({ MSE: 1 }), run({ MSE: 2 }, { date: 'yesterday' })]);
    expect(() => parseResults(text, 'test')).toThrow(/^OPTIONS_INVALID: test options\.1\.date: /);
    expect(() => parseResults('{}', 'test')).toThrow('OPTIONS_INVALID');
  });

  it('give a row for each number, with all that its run says', () => {
    const { values: _, ...shared } = run({});
    expect(rowsOf([run({ MSE: 0.1, seconds: null })])).toEqual([
      { ...shared, metric: 'MSE', value: 0.1, unit: 's' },
      { ...shared, metric: 'seconds', value: null, unit: 's' },
    ]);
  });
});

describe('addRun', () => {
  it('joins what the same versions on the same machine gave, with the later date', () => {
    const later = run({ b: 3, c: 4 }, { date: '2026-01-03T00:00:00.000Z' });
    expect(addRun([run({ a: 1, b: 2 })], later)).toEqual([run({ a: 1, b: 3, c: 4 }, { date: later.date })]);
    expect(addRun([], later)).toEqual([later]);
  });

  it('keeps apart what other versions or another machine gave, without a metric that is measured again', () => {
    const before = run({ a: 1, b: 2 });
    const newer = run({ b: 3 }, { versions: { tessera: '0.2.0' } });
    expect(addRun([before], newer)).toEqual([run({ a: 1 }), newer]);
    const elsewhere = run({ a: 5, b: 6 }, { machine: { ...machine, cpu: '6502' } });
    expect(addRun([before, newer], elsewhere)).toEqual([elsewhere]);
  });

  it('changes nothing where nothing was measured', () => {
    expect(addRun([run({ a: 1 })], run({}))).toEqual([run({ a: 1 })]);
    expect(addRun([], run({}))).toEqual([]);
  });

  it('holds the last value of every metric, with the machine that gave it', () => {
    const part = fc.tuple(
      fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer()),
      fc.constantFrom('Z80', '6502', '68000'),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        let runs: readonly ResultRun[] = [];
        const last = new Map<string, readonly unknown[]>();
        for (const [values, cpu] of parts) {
          runs = addRun(runs, run(values, { machine: { ...machine, cpu } }));
          for (const [metric, value] of Object.entries(values)) last.set(metric, [metric, value, cpu]);
        }
        const byName = (list: readonly (readonly unknown[])[]) =>
          [...list].sort((a, b) => String(a[0]).localeCompare(String(b[0])));
        expect(byName(figures(rowsOf(runs)))).toEqual(byName([...last.values()]));
        expect(new Set(runs.map((each) => each.machine.cpu)).size).toBe(runs.length);
      }),
    );
  });
});
