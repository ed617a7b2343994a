import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../src/command.js';
import { readRows } from '../src/results/result-file.js';
import type { Suite } from '../src/runner/suite.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The task file of a real suite with a stand-in for its work. */
const standIn: Suite = {
  name: 'ett-linear',
  run: async () => [{ metric: 'MSE', value: 0.5, unit: 'ratio' }],
};

async function run(words: readonly string[], change: Parameters<typeof runCommand>[1] = {}) {
  await mkdir(join(folder, 'data', 'ett'), { recursive: true });
  let output = '';
  let error = '';
  const code = await runCommand(words, {
    suites: [standIn],
    dataFolder: join(folder, 'data'),
    resultsFolder: join(folder, 'results'),
    quickFolder: join(folder, 'quick'),
    output: (text) => {
      output += text;
    },
    error: (text) => {
      error += text;
    },
    ...change,
  });
  return { code, output, error };
}

describe('the bench command', () => {
  it('explains itself and lists the suites', async () => {
    const { code, output } = await run(['--help'], { suites: undefined });
    expect(code).toBe(0);
    for (const word of [
      'm4-hourly',
      'ett-linear',
      '--quick',
      '--out FILE',
      '--resume',
      '--fresh',
      'Exit codes',
    ]) {
      expect(output).toContain(word);
    }
  });

  it('runs every suite whose name begins with a word, and each into its own file', async () => {
    const others = [standIn, { ...standIn, name: 'ett-patch' }];
    const { code } = await run(['ett'], { suites: others });
    expect(code).toBe(0);
    for (const { name } of others) {
      const rows = await readRows(join(folder, 'results', `${name}.json`));
      expect(new Set(rows.map(({ suite }) => suite))).toEqual(new Set([name]));
    }
    const one = await run(['ett', '--out', join(folder, 'one.json')], { suites: others });
    expect(one).toMatchObject({ code: 2 });
    expect(one.error).toContain('ett-linear, ett-patch');
  });

  it.each([
    [[], 'No suite was named.'],
    [['m5'], 'There is no suite "m5".'],
    [['ett-linear', '--fast'], "Unknown option '--fast'"],
    [['ett-linear', 'm4-hourly'], 'One suite at a time, not ett-linear m4-hourly.'],
    [['ett-linear', '--fresh', '--resume'], '--resume and --fresh exclude each other.'],
  ])('refuses %j', async (words, message) => {
    const { code, error } = await run(words);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  it('says that the data is not here, measures nothing, and does not look like a success', async () => {
    const out = join(folder, 'results.json');
    const { code, error } = await run(['ett-linear', '--out', out], { dataFolder: join(folder, 'nowhere') });
    expect(code).toBe(4);
    expect(error).toBe(
      'ett-linear was not run: it reads the folder ett of the benchmark data, which is not here. ' +
        'Set TESSERA_DATA to the folder that holds it.\n',
    );
    expect(existsSync(out)).toBe(false);
  });

  it('runs what is named, prints the table, and stores what came out', async () => {
    const { code, output, error } = await run(['ett-linear', '--task', 'ETTh1-96', '--arm', 'nlinear']);
    expect(code).toBe(0);
    expect(error).toBe('[1/1] ETTh1-96 nlinear …\n[1/1] ETTh1-96 nlinear: done: MSE 0.500\n');
    expect(output).toContain('| ETTh1-96 | 0.500 / – |');
    expect(await readRows(join(folder, 'results', 'ett-linear.json'))).toHaveLength(1);
  });

  it('goes on by itself from what is stored, and starts over with --fresh', async () => {
    const words = ['ett-linear', '--task', 'ETTh1-96'];
    await run([...words, '--arm', 'nlinear']);
    expect((await run([...words, '--resume'])).error).toContain(
      '[1/2] ETTh1-96 nlinear: stored before: MSE 0.500\n[2/2] ETTh1-96 dlinear …\n',
    );
    expect((await run([...words, '--fresh'])).error).not.toContain('stored before');
  });

  it('keeps quick results apart from the stored ones, and measures them anew each time', async () => {
    const words = ['ett-linear', '--quick', '--task', 'ETTm2-720'];
    await run(words);
    const { error, output } = await run(words);
    expect(error).not.toContain('stored before');
    expect(output).not.toContain('Published');
    expect(existsSync(join(folder, 'results'))).toBe(false);
    const [row] = await readRows(join(folder, 'quick', 'ett-linear.json'));
    expect(row.settings).toMatchObject({ windows: 20, horizon: 720 });
  });

  it('ends with 3 where an arm failed', async () => {
    const broken: Suite = {
      name: 'ett-linear',
      run: async ({ arm }) => {
        if (arm === 'nlinear') throw new Error('no luck');
        return [{ metric: 'MSE', value: 1, unit: 'ratio' }];
      },
    };
    const { code, error } = await run(['ett-linear', '--task', 'ETTh1-96'], { suites: [broken] });
    expect(code).toBe(3);
    expect(error).toContain('[1/2] ETTh1-96 nlinear: failed: no luck\n');
    expect(error).toContain('1 failed.\n');
    expect(await readRows(join(folder, 'results', 'ett-linear.json'))).toHaveLength(1);
  });

  it('ends with 130 where it was stopped, and says how to go on', async () => {
    const { code, error } = await run(['ett-linear'], { signal: AbortSignal.abort() });
    expect(code).toBe(130);
    expect(error).toContain('Stopped.');
    expect(error).toContain('the same command goes on from there.');
  });
});
