import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomKey } from '@tessera/core';
import { initialPolicy, PatchTree } from '@tessera/patching';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './captured-terminal.js';

/** Sixty days of two shops: a low level for 25 days, then a high one. */
function sales(): string {
  const lines = ['unique_id,ds,y'];
  for (const shop of ['north', 'south']) {
    for (let day = 0; day < 60; day++) {
      const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
      lines.push(`${shop},${date},${(day < 25 ? 10 : 90) + (day % 3)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

describe('tessera segment', () => {
  let folder = '';
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-segment-'));
    await writeFile(at('sales.csv'), sales());
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('prints a row for every series, policy and level', async () => {
    const { code, output, error } = await run([
      'segment',
      at('sales.csv'),
      '--policy',
      'uniform:6/12,calendar:month',
      '--quiet',
    ]);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const rows = output
      .trim()
      .split('\n')
      .slice(2)
      .map((line) => line.split(/\s+/));
    expect(rows).toEqual([
      ['north', 'uniform:6/12', '0', '60', '10', '6', '6', '6', '6'],
      ['north', 'uniform:6/12', '1', '60', '5', '12', '12', '12', '12'],
      ['south', 'uniform:6/12', '0', '60', '10', '6', '6', '6', '6'],
      ['south', 'uniform:6/12', '1', '60', '5', '12', '12', '12', '12'],
      ['north', 'calendar:month', '0', '60', '2', '30', '29', '30', '31'],
      ['south', 'calendar:month', '0', '60', '2', '30', '29', '30', '31'],
    ]);
  });

  it('writes patches that can be read back and audited', async () => {
    const words = ['segment', at('sales.csv'), '--policy', 'changepoint:20'];
    expect(await run([...words, '--out', at('patches.json'), '--quiet'])).toMatchObject({
      code: 0,
      error: '',
    });
    const stored = JSON.parse(await readFile(at('patches.json'), 'utf8'));
    expect(Object.keys(stored)).toEqual(['north', 'south']);
    expect(stored.north.policy).toMatchObject({ name: 'changepoint', options: { rates: [20] } });
    const { finest } = PatchTree.fromJSON(stored.north);
    expect(finest.count).toBe(3);
    expect([...finest.toStarts()]).toContain(25);
    const audited = await run([
      'audit',
      at('sales.csv'),
      '--patches',
      at('patches.json'),
      '--out',
      at('audit'),
      '--json',
    ]);
    expect(audited.error).toBe('');
    expect(JSON.parse(audited.output)).toHaveLength(2);
  }, 60_000);

  it('prints JSON and nothing else, by policy where there are several', async () => {
    const words = ['segment', '-', '--rate', '20', '--last', '40', '--json'];
    const { code, output, error } = await run([...words, '--policy', 'uniform,random:4'], sales());
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const stored = JSON.parse(output);
    expect(PatchTree.fromJSON(stored.uniform.south).finest.toJSON().ends).toEqual([20, 40]);
    expect(PatchTree.fromJSON(stored['random:4'].north).finest.count).toBe(10);
  });

  it('draws the series with their patches', async () => {
    const words = ['segment', at('sales.csv'), '--policy', 'uniform:6,surprise:6', '--plot'];
    const { code, error } = await run([...words, '--out', at('drawn.json')]);
    expect(code, error).toBe(0);
    expect((await readdir(folder)).filter((name) => name.startsWith('drawn')).sort()).toEqual([
      'drawn.json',
      'drawn.png',
      'drawn.svg',
      'drawn.vl.json',
    ]);
    expect((await readFile(at('drawn.png'))).subarray(1, 4).toString()).toBe('PNG');
    expect(await readFile(at('drawn.svg'), 'utf8')).toContain('south, surprise:6');
    expect(error).toContain(`wrote ${at('drawn.vl.json')}`);
  }, 60_000);

  it('cuts by a learned policy from its file, within a rate', async () => {
    const policy = initialPolicy({ rates: [4] }, randomKey(1));
    await policy.save(at('p.safetensors'));
    const words = ['segment', at('sales.csv'), '--policy', at('p.safetensors'), '--json'];
    const plain = JSON.parse((await run(words)).output);
    expect(PatchTree.fromJSON(plain.north).finest.count).toBe(15);
    const limited = JSON.parse((await run([...words, '--rate', '10'])).output);
    expect(PatchTree.fromJSON(limited.north).finest.count).toBe(6);
  }, 60_000);

  it.each([
    [['--policy', 'unifrom:8'], 'Did you mean uniform'],
    [['--policy', 'uniform:x'], 'steps per patch, at least 1'],
    [['--policy', 'uniform,uniform'], '"uniform" twice'],
    [['--policy', 'none.safetensors'], 'FILE_UNREADABLE'],
    [['--rate', '0'], 'a number of at least 1'],
    [['--last', '1.5'], 'whole number of at least 1'],
  ])('answers bad usage with 2 and prints no patches: %j', async (words, said) => {
    const { code, output, error } = await run(['segment', at('sales.csv'), ...words]);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(error).toContain(said);
  });
});
