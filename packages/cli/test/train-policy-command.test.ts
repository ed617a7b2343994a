import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream, randomKey } from '@tessera/core';
import { loadPolicy } from '@tessera/patching';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './captured-terminal.js';

function table(days: number, seed: number): string {
  const stream = new RandomStream(randomKey(seed));
  const lines = ['ds,y'];
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
    lines.push(`${date},${(10 * Math.sin((2 * Math.PI * day) / 7) + stream.normal()).toFixed(3)}`);
  }
  return `${lines.join('\n')}\n`;
}

describe('tessera train-policy', () => {
  let folder = '';
  const at = (...names: string[]) => join(folder, ...names);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'train-policy-'));
    await writeFile(at('a.csv'), table(200, 1));
    await writeFile(at('b.csv'), table(150, 2));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('learns from several tables, and its file serves an audit', async () => {
    const words = ['--horizon', '7', '--lookback', '56', '--rate', '8', '--steps', '20', '--quiet'];
    const trained = await run([
      'train-policy',
      at('a.csv'),
      at('b.csv'),
      ...words,
      '--out',
      at('p.safetensors'),
    ]);
    expect(trained).toMatchObject({ code: 0, error: '' });
    expect(trained.output).toMatch(/^updates 3 to 11, the first: reward -.*\nlast: reward -/);
    expect(trained.output).toMatch(
      /\n7 patches \+ 1 query; [\d.]+ MFLOP a window: policy [\d.]+, embedding [\d.]+, backbone [\d.]+, head [\d.]+\n$/,
    );
    const policy = await loadPolicy(at('p.safetensors'));
    expect(policy.rates).toEqual([8]);
    await policy.dispose();
    const audited = await run([
      'audit',
      at('b.csv'),
      '--policy',
      at('p.safetensors'),
      '--out',
      at('out'),
      '--json',
    ]);
    expect(audited.error).toBe('');
    expect(JSON.parse(audited.output)[0]).toMatchObject({ summary: expect.any(Object) });
  }, 60_000);

  it('draws how the boundaries moved, and what the first and the last plan earn', async () => {
    const words = ['--horizon', '7', '--lookback', '56', '--rate', '8', '--steps', '20', '--plot'];
    const before = await readdir(folder);
    const trained = await run(['train-policy', at('a.csv'), ...words, '--out', at('drawn.safetensors')]);
    expect(trained.code).toBe(0);
    const charts = ['drawn-boundaries', 'drawn-patches'].flatMap((name) =>
      ['vl.json', 'svg', 'png'].map((ending) => `${name}.${ending}`),
    );
    const written = (await readdir(folder)).filter((name) => !before.includes(name));
    expect(written.sort()).toEqual([...charts, 'drawn.safetensors'].sort());
    for (const name of written) expect(trained.error).toContain(`wrote ${at(name)}\n`);
    const moves = await readFile(at('drawn-boundaries.svg'), 'utf8');
    // The scout of 7 steps teaches in the last 2, and 9 of 20 steps teach after it; looked at after each.
    expect(moves).toMatch(/a: \d+ patch(es)? after 0 updates, \d+ after 11</);
    const rewards = await readFile(at('drawn-patches.svg'), 'utf8');
    expect(rewards).toMatch(/a, before learning: .*, reward -\d/);
    expect(rewards).toMatch(/a, after 11 updates: .*, reward -\d/);
  }, 60_000);

  it('judges whole plans where it is asked to, and for several rates', async () => {
    const words = ['--horizon', '7', '--lookback', '56', '--steps', '20', '--quiet'];
    for (const [method, rate] of [
      [['--method', 'groups'], '8'],
      [[], '8,16'],
      [['--group', '2'], '8'],
    ] as const) {
      const trained = await run([
        'train-policy',
        at('a.csv'),
        ...words,
        ...method,
        '--rate',
        rate,
        '--out',
        at('groups.safetensors'),
      ]);
      expect(trained).toMatchObject({ code: 0, error: '' });
      expect(trained.output).toMatch(/^updates 1 to 10, the first: reward/);
    }
    const policy = await loadPolicy(at('groups.safetensors'));
    expect(policy.config.spacing).toBeUndefined();
    await policy.dispose();
  }, 60_000);

  it('makes the folder of its file, and tells what a checkpoint left to learn', async () => {
    const out = at('new', 'deep', 'p.safetensors');
    const words = ['train-policy', at('a.csv'), '--horizon', '7', '--lookback', '56', '--steps', '20'];
    const more = ['--method', 'groups', '--quiet', '--checkpoint', at('checkpoint'), '--out', out];
    const first = await run([...words, ...more]);
    expect(first).toMatchObject({ code: 0, error: '' });
    expect(first.output).toMatch(/^updates 1 to 10 since this start, the first: reward/);
    await (await loadPolicy(out)).dispose();
    const again = await run([...words, ...more]);
    expect(again).toMatchObject({ code: 0, error: '' });
    expect(again.output).toContain('nothing was left to learn after the checkpoint');
  }, 60_000);

  it('refuses a file that cannot be written before it trains', async () => {
    // So many steps would not end within the time of this test.
    const words = ['train-policy', at('a.csv'), '--horizon', '7', '--lookback', '56', '--steps', '1000000'];
    for (const out of [folder, join(at('a.csv'), 'p.safetensors')]) {
      const { code, error } = await run([...words, '--quiet', '--out', out]);
      expect(code).toBe(3);
      expect(error).toContain('FILE_UNWRITABLE');
    }
  });

  it('refuses a policy that no forecaster would use, and takes it where one of several does', async () => {
    const words = ['forecast', at('a.csv'), '--horizon', '3', '--policy', 'wavelet'];
    for (const model of [[], ['--model', 'naive,theta']]) {
      const { code, error } = await run([...words, ...model]);
      expect(code).toBe(2);
      expect(error).toContain('OPTIONS_INVALID');
      expect(error).toContain('Give --model patch');
    }
    // The policy is read, and is unknown.
    for (const model of ['naive,patch', 'all']) {
      expect((await run([...words, '--model', model])).error).toContain('POLICY_UNKNOWN');
    }
  });

  it.each([
    [['--rate', '8,4'], 'from fine to coarse'],
    [['--group', '0'], 'whole number of at least 1'],
    [['--method', 'luck'], 'scout, groups'],
    [['--method', 'scout', '--rate', '4,8'], 'one rate and no --group, found --rate 4,8'],
    [['--method', 'scout', '--group', '8'], 'one rate and no --group, found --group 8'],
  ])('answers bad usage with 2: %j', async (words, said) => {
    const { code, error } = await run(['train-policy', at('a.csv'), ...words]);
    expect(code).toBe(2);
    expect(error).toContain(said);
  });

  it('says what is wrong with a table and with a policy', async () => {
    const missing = await run(['train-policy', at('none.csv')]);
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.error).toContain('FILE_UNREADABLE');
    const policy = await run([
      'forecast',
      at('a.csv'),
      '--horizon',
      '3',
      '--model',
      'patch',
      '--policy',
      'wavelet',
    ]);
    expect(policy.code).toBe(2);
    expect(policy.error).toContain('POLICY_UNKNOWN');
  });
});
