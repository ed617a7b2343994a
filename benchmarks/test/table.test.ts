import { describe, expect, it } from 'vitest';
import { fillTables } from '../src/results/documents.js';
import type { ResultRow } from '../src/results/result-file.js';
import { tableFromRows } from '../src/results/table.js';
import { testFile } from './test-suite.js';

const machine = { cpu: 'Z80', cores: 2, memoryGiB: 1, node: '20.0.0', os: 'linux 6.1' };

function row(task: string, arm: string, metric: string, value: number | null): ResultRow {
  const versions = { tessera: '0.1.0' };
  const date = '2026-01-02T03:04:05.000Z';
  return {
    suite: 'test',
    task,
    arm,
    metric,
    value,
    unit: 's',
    seed: 7,
    settings: {},
    versions,
    machine,
    date,
  };
}

const rows = [
  row('one', 'plain', 'product', 2),
  row('one', 'plain', 'seconds', 0.256),
  row('five', 'large', 'product', null),
];
const notes = [
  '',
  'Measured with Tessera 0.1.0, Node 20.0.0, Z80, 2 cores, 1 GiB; 2026-01-02.',
  '',
  'Published, not measured by us: <sup>1</sup> A paper (2020). <sup>2</sup> A book (1999).',
];

describe('tableFromRows', () => {
  it('lists arms by metric, with what others published', () => {
    expect(tableFromRows(rows, testFile).split('\n')).toEqual([
      '| task | model | product | seconds |',
      '| --- | ---: | ---: | ---: |',
      '| one | plain | 2.0 | 0.26 |',
      '| one | _others_ <sup>2</sup> | 3.0 | – |',
      '| five | large | not finite | – |',
      '| five | _theirs_ <sup>1</sup> | 12.3 | – |',
      ...notes,
    ]);
  });

  it('leaves the task out where there is one', () => {
    const [header, , first] = tableFromRows(rows.slice(0, 2), testFile).split('\n');
    expect([header, first]).toEqual(['| model | product | seconds |', '| plain | 2.0 | 0.26 |']);
  });

  it('lists tasks by model', () => {
    const file = { ...testFile, table: { ...testFile.table, lines: 'task' as const } };
    expect(tableFromRows(rows, file).split('\n')).toEqual([
      '| task (product / seconds) | plain | large | _theirs_ <sup>1</sup> | _others_ <sup>2</sup> |',
      '| --- | ---: | ---: | ---: | ---: |',
      '| one | 2.0 / 0.26 | – | – | 3.0 / – |',
      '| five | – | not finite / – | 12.3 / – | – |',
      ...notes,
    ]);
  });

  it('says that nothing was measured where there is no row', () => {
    expect(tableFromRows([], testFile)).toBe('_Not measured yet: run `npm run bench -- test`._');
  });

  it('names every machine and the span of days', () => {
    const other = { ...rows[0], machine: { ...machine, cpu: '6502' }, date: '2026-02-01T00:00:00.000Z' };
    expect(tableFromRows([...rows, other], testFile)).toContain(
      'Z80, 2 cores, 1 GiB; Tessera 0.1.0, Node 20.0.0, 6502, 2 cores, 1 GiB; 2026-01-02 to 2026-02-01.',
    );
  });
});

describe('fillTables', () => {
  it('replaces what stands between the marks and nothing else', () => {
    const text = 'a\n<!-- table:test -->\nold\n<!-- /table -->\nb\n<!-- table:x -->\n<!-- /table -->\nc';
    const tables = new Map([
      ['test', 'new $& table'],
      ['x', 'y'],
    ]);
    const filled =
      'a\n<!-- table:test -->\n\nnew $& table\n\n<!-- /table -->\nb\n<!-- table:x -->\n\ny\n\n<!-- /table -->\nc';
    expect(fillTables(text, tables)).toBe(filled);
    expect(fillTables(filled, tables)).toBe(filled);
    const part = '<!-- table:test:short -->\n<!-- /table -->';
    expect(fillTables(part, new Map([['test:short', 'z']]))).toBe(
      '<!-- table:test:short -->\n\nz\n\n<!-- /table -->',
    );
  });
});
