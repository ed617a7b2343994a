import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { throwIfAborted } from '@tessera/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseResults, readResults, readRows, rowsOf, writeResults } from '../src/results/result-file.js';
import { type RunEvent, type RunSuiteOptions, runSuite } from '../src/runner/run-suite.js';
import type { Suite } from '../src/runner/suite.js';
import type { TaskFile } from '../src/runner/task-file.js';
import { testFile, testSuite } from './test-suite.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
});
afterEach(() => rm(folder, { recursive: true }));

function optionsWith(change: Partial<RunSuiteOptions> = {}): RunSuiteOptions {
  const out = join(folder, 'results', 'test.json');
  return { out, quick: false, fresh: false, dataFolder: folder, onEvent: () => {}, ...change };
}

describe('runSuite', () => {
  it('stores every number, by task and arm, with all that is needed to repeat it', async () => {
    const { suite, asked } = testSuite();
    const options = optionsWith();
    expect(await runSuite(suite, testFile, options)).toEqual({
      done: 4,
      storedBefore: 0,
      unavailable: 0,
      failed: 0,
    });
    expect(asked).toEqual(['one plain', 'one large', 'five plain', 'five large']);
    const rows = await readRows(options.out);
    expect(rows.map(({ task, arm, metric, value }) => [task, arm, metric, value])).toEqual([
      ['one', 'plain', 'product', 2],
      ['one', 'plain', 'seconds', 0.5],
      ['one', 'large', 'product', 10],
      ['one', 'large', 'seconds', 0.5],
      ['five', 'plain', 'product', 10],
      ['five', 'plain', 'seconds', 0.5],
      ['five', 'large', 'product', 50],
      ['five', 'large', 'seconds', 0.5],
    ]);
    expect(rows[2]).toMatchObject({
      suite: 'test',
      seed: 7,
      settings: { value: 1, factor: 10 },
      unit: 'ratio',
    });
    expect(Object.keys(rows[0].machine)).toEqual(['cpu', 'cores', 'memoryGiB', 'node', 'os']);
    expect(rows[0].machine.node).toBe(process.versions.node);
    expect(rows[0].versions.tessera).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('writes one line for each task with each arm, and what its numbers share once', async () => {
    const { suite } = testSuite();
    const { out } = optionsWith();
    await runSuite(suite, testFile, optionsWith());
    const lines = (await readFile(out, 'utf8')).split('\n');
    expect(lines).toHaveLength(4 + 3);
    expect(lines[2].match(/"settings"/g)).toHaveLength(1);
    expect(JSON.parse(lines[2].replace(/,$/, ''))).toMatchObject({
      task: 'one',
      arm: 'large',
      values: { product: { value: 10, unit: 'ratio' }, seconds: { value: 0.5, unit: 's' } },
    });
  });

  it('does not run again what is stored with the same settings', async () => {
    const { suite, asked } = testSuite();
    await runSuite(suite, testFile, optionsWith({ tasks: ['one'] }));
    const outcome = await runSuite(suite, testFile, optionsWith());
    expect(outcome).toMatchObject({ done: 2, storedBefore: 2 });
    expect(asked).toEqual(['one plain', 'one large', 'five plain', 'five large']);
    expect(await readRows(optionsWith().out)).toHaveLength(8);
  });

  it('runs again what was stored with other settings or another seed, and replaces it', async () => {
    const { suite, asked } = testSuite();
    await runSuite(suite, testFile, optionsWith());
    const changed: TaskFile = {
      ...testFile,
      arms: [testFile.arms[0], { name: 'large', settings: { factor: 11 } }],
    };
    expect(await runSuite(suite, changed, optionsWith())).toMatchObject({ done: 2, storedBefore: 2 });
    expect(asked.slice(4)).toEqual(['one large', 'five large']);
    const rows = await readRows(optionsWith().out);
    expect(
      rows.filter(({ arm, metric }) => arm === 'large' && metric === 'product').map(({ value }) => value),
    ).toEqual([11, 55]);
    expect(await runSuite(suite, { ...changed, seed: 8 }, optionsWith())).toMatchObject({ done: 4 });
  });

  it('starts over with fresh, and forgets what the file held', async () => {
    const { suite } = testSuite();
    await runSuite(suite, testFile, optionsWith());
    await runSuite(suite, testFile, optionsWith({ fresh: true, tasks: ['five'], arms: ['plain'] }));
    expect((await readRows(optionsWith().out)).map(({ task, arm }) => `${task} ${arm}`)).toEqual([
      'five plain',
      'five plain',
    ]);
  });

  it('puts the quick settings over all others', async () => {
    const { suite } = testSuite();
    const options = optionsWith({ quick: true });
    await runSuite(suite, testFile, options);
    const rows = await readRows(options.out);
    expect(rows.filter(({ metric }) => metric === 'product').map(({ value }) => value)).toEqual([0, 0, 0, 0]);
  });

  it('goes on when an arm fails, and says why', async () => {
    const events: RunEvent[] = [];
    const { suite } = testSuite(({ task, arm }) => {
      if (task === 'one' && arm === 'large') throw new Error('out of luck');
    });
    const outcome = await runSuite(suite, testFile, optionsWith({ onEvent: (event) => events.push(event) }));
    expect(outcome).toEqual({ done: 3, storedBefore: 0, unavailable: 0, failed: 1 });
    expect(events.filter(({ state }) => state === 'failed')).toEqual([
      { task: 'one', arm: 'large', number: 2, total: 4, rows: [], state: 'failed', reason: 'out of luck' },
    ]);
    expect(
      (await readRows(optionsWith().out)).some(({ task, arm }) => task === 'one' && arm === 'large'),
    ).toBe(false);
  });

  it('tells an arm that cannot run here from one that failed', async () => {
    const suite = { name: 'test', run: async () => ({ unavailable: 'no such peer' }) };
    expect(await runSuite(suite, testFile, optionsWith())).toEqual({
      done: 0,
      storedBefore: 0,
      unavailable: 4,
      failed: 0,
    });
    expect(await readRows(optionsWith().out)).toEqual([]);
  });

  it('leaves a valid file when it is stopped, and goes on from there', async () => {
    const controller = new AbortController();
    const { suite, asked } = testSuite(({ task }) => {
      if (task === 'five') controller.abort();
    });
    const run = runSuite(suite, testFile, optionsWith({ signal: controller.signal }));
    await expect(run).rejects.toThrow(expect.objectContaining({ code: 'OPERATION_ABORTED' }));
    const { out } = optionsWith();
    expect(rowsOf(parseResults(await readFile(out, 'utf8'), out))).toHaveLength(4);
    expect(await readdir(join(folder, 'results'))).toEqual(['test.json']);
    const second = testSuite();
    expect(await runSuite(second.suite, testFile, optionsWith())).toMatchObject({ done: 2, storedBefore: 2 });
    expect([...asked, ...second.asked]).toEqual([
      'one plain',
      'one large',
      'five plain',
      'five plain',
      'five large',
    ]);
  });

  it('loses no more than what was not stored of a suite that stores as it goes', async () => {
    const controller = new AbortController();
    const parts: string[] = [];
    const suite: Suite = {
      name: 'test',
      isComplete: (stored) => stored.some(({ metric }) => metric === 'sum'),
      async run({ arm, stored = [], store, signal }) {
        for (const part of ['a', 'b', 'c']) {
          throwIfAborted(signal, 'test');
          if (stored.some(({ metric }) => metric === part)) continue;
          parts.push(`${arm} ${part}`);
          await store?.([{ metric: part, value: parts.length, unit: 's' }]);
          if (parts.length === 2) controller.abort();
        }
        return [{ metric: 'sum', value: 3, unit: 's' }];
      },
    };
    const one = { tasks: ['one'] };
    const stopped = runSuite(suite, testFile, optionsWith({ ...one, signal: controller.signal }));
    await expect(stopped).rejects.toThrow(expect.objectContaining({ code: 'OPERATION_ABORTED' }));
    const { out } = optionsWith();
    const before = await readRows(out);
    expect(before.map(({ metric, value }) => [metric, value])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(await runSuite(suite, testFile, optionsWith(one))).toMatchObject({ done: 2, storedBefore: 0 });
    expect(parts).toEqual(['plain a', 'plain b', 'plain c', 'large a', 'large b', 'large c']);
    const rows = await readRows(out);
    const { date } = rows[0];
    expect(Date.parse(date)).toBeGreaterThanOrEqual(Date.parse(before[0].date));
    expect(rows.slice(0, 2)).toEqual(before.map((row) => ({ ...row, date })));
    expect(rows.map(({ metric }) => metric)).toEqual(['a', 'b', 'c', 'sum', 'a', 'b', 'c', 'sum']);
    expect(await readResults(out)).toHaveLength(2);
    expect(await runSuite(suite, testFile, optionsWith(one))).toMatchObject({ done: 0, storedBefore: 2 });
    // What was stored with other settings is not gone on from.
    const changed = { ...testFile, settings: { factor: 3 } };
    await runSuite(suite, changed, optionsWith({ ...one, arms: ['plain'] }));
    expect(parts.slice(6)).toEqual(['plain a', 'plain b', 'plain c']);
  });

  it('keeps apart what was measured on another machine', async () => {
    const suite: Suite = {
      name: 'test',
      isComplete: (stored) => stored.length === 2,
      run: async () => [{ metric: 'b', value: 2, unit: 's' }],
    };
    const { out } = optionsWith();
    const one = { tasks: ['one'], arms: ['plain'] };
    await runSuite(suite, testFile, optionsWith(one));
    const [run] = await readResults(out);
    const machine = { ...run.machine, cpu: 'Z80' };
    const elsewhere = { ...run, machine, values: { a: { value: 1, unit: 's' } } };
    await writeResults(out, [elsewhere]);
    await runSuite(suite, testFile, optionsWith(one));
    const rows = await readRows(out);
    expect(rows.map((row) => [row.metric, row.value, row.machine.cpu])).toEqual([
      ['a', 1, 'Z80'],
      ['b', 2, run.machine.cpu],
    ]);
    expect(await runSuite(suite, testFile, optionsWith(one))).toMatchObject({ done: 0, storedBefore: 1 });
  });

  it('refuses a suite that gives one metric twice', async () => {
    const twice = { metric: 'x', value: 1, unit: 's' };
    const suite = { name: 'test', run: async () => [twice, { ...twice, value: 2 }] };
    await expect(runSuite(suite, testFile, optionsWith())).rejects.toThrow('measured x twice');
  });

  it('stores a number that is not finite as null', async () => {
    const suite = { name: 'test', run: async () => [{ metric: 'x', value: Number.NaN, unit: 's' }] };
    await runSuite(suite, testFile, optionsWith({ tasks: ['one'], arms: ['plain'] }));
    expect((await readRows(optionsWith().out))[0].value).toBeNull();
  });

  it('refuses names that the suite does not have', async () => {
    const { suite } = testSuite();
    await expect(runSuite(suite, testFile, optionsWith({ arms: ['huge'] }))).rejects.toThrow(
      'OPTIONS_INVALID: arm of test: expected one of plain, large, found "huge". Name one that the suite has.',
    );
  });

  it('does not write over a file that is not its own', async () => {
    const { suite } = testSuite();
    const options = optionsWith({ out: join(import.meta.dirname, '..', 'package.json') });
    await expect(runSuite(suite, testFile, options)).rejects.toThrow('OPTIONS_INVALID');
  });
});
