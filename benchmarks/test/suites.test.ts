import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream, randomKey, regularTimeAxis, SeriesFrame } from '@tessera/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../testing/requirement.js';
import type { Measurement, Suite } from '../src/runner/suite.js';
import { readTaskFile, settingsOf } from '../src/runner/task-file.js';
import { ettLinear } from '../src/suites/ett.js';
import { m4Hourly } from '../src/suites/m4-hourly.js';
import { zScored } from '../src/suites/z-scored.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function measure(
  suite: Suite,
  settings: Readonly<Record<string, unknown>>,
  from: string,
): Promise<Map<string, number>> {
  const result = await suite.run({ task: 't', arm: 'a', settings, seed: 1, dataFolder: from });
  const measurements: readonly Measurement[] = 'unavailable' in result ? [] : result;
  return new Map(measurements.map(({ metric, value }) => [metric, value]));
}

describe('m4-hourly', () => {
  const settings = {
    recipe: { name: 'seasonal-naive', options: { season: 24 } },
    horizon: 48,
    season: 24,
    levels: [95],
    metrics: ['MASE', 'sMAPE', 'MSIS-95', 'coverage-95'],
    workers: 0,
  };

  it('forecasts the test rows from the training rows', async () => {
    // Every day repeats with 1 more than the day before; the two test days are 1 and 2 above the last one.
    const day = (d: number) => Array.from({ length: 24 }, (_, hour) => 100 + hour + d);
    const days = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, d) => day(from + d)).flat();
    const csv = (values: readonly number[]) =>
      [
        ['V1', ...values.map((_, i) => `V${i + 2}`)],
        ['H1', ...values],
        ['H2', ...values],
      ]
        .map((line) => line.map((cell) => `"${cell}"`).join(','))
        .join('\n');
    await mkdir(join(folder, 'm4'));
    await writeFile(join(folder, 'm4', 'Hourly-train.csv'), csv(days(0, 30)));
    await writeFile(join(folder, 'm4', 'Hourly-test.csv'), csv(days(30, 32)));
    const all = await measure(m4Hourly, settings, folder);
    // In-sample the seasonal naive forecast is off by 1 everywhere.
    expect(all.get('MASE')).toBe(1.5);
    expect(all.get('failures')).toBe(0);
    expect(all.get('seconds')).toBeGreaterThan(0);
    expect([...all.keys()]).toEqual([...settings.metrics, 'failures', 'seconds', 'thread-seconds']);
  });

  it('gives the published figures of the seasonal naive forecast', async (context) => {
    needs(context, 'data');
    const file = await readTaskFile('m4-hourly');
    const own = settingsOf(file, 'hourly-48', 'seasonal-naive', false);
    const all = await measure(m4Hourly, own, dataFolder);
    expect(Math.abs((all.get('MASE') ?? 0) / 1.193 - 1)).toBeLessThan(0.005);
    expect(Math.abs((all.get('sMAPE') ?? 0) / 13.912 - 1)).toBeLessThan(0.005);
    expect(all.get('failures')).toBe(0);
  });
});

describe('zScored', () => {
  it('has mean 0 and deviation 1 over the training steps, and the same scale after them', () => {
    const stream = new RandomStream(randomKey(5));
    const values = Array.from({ length: 300 }, (_, t) => (t === 7 ? Number.NaN : 40 + 3 * stream.normal()));
    const time = regularTimeAxis({ start: 0, frequency: 'h', length: 300 });
    const frame = new SeriesFrame({
      id: 'a',
      time,
      channels: [
        { name: 'x', values },
        { name: 'flat', values: values.map(() => 4) },
      ],
    });
    const [x, flat] = zScored(frame, 200).channels;
    const known = [...x.values.subarray(0, 200)].filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    expect(known).toHaveLength(199);
    expect(mean).toBeCloseTo(0, 12);
    expect(known.reduce((sum, value) => sum + value * value, 0) / known.length).toBeCloseTo(1, 12);
    expect((x.values[250] - x.values[240]) / (values[250] - values[240])).toBeCloseTo(
      (x.values[20] - x.values[10]) / (values[20] - values[10]),
      12,
    );
    expect(x.observed[7]).toBe(0);
    expect([...flat.values.subarray(0, 3)]).toEqual([0, 0, 0]);
  });
});

describe('ett-linear', () => {
  it('scores every window of months 17 to 20 on scaled values, and trains on the first 12', async () => {
    // Every channel counts the hours: what a naive forecast errs by is known.
    const hours = 20 * 48 + 50;
    const names = ['HUFL', 'HULL', 'MUFL', 'MULL', 'LUFL', 'LULL', 'OT'];
    const lines = Array.from({ length: hours }, (_, t) => {
      const stamp = new Date(Date.UTC(2016, 6, 1, t)).toISOString().slice(0, 19).replace('T', ' ');
      return [stamp, ...names.map(() => String(t))].join(',');
    });
    await mkdir(join(folder, 'ett'));
    await writeFile(join(folder, 'ett', 'line.csv'), `date,${names.join(',')}\n${lines.join('\n')}\n`);
    const settings = {
      recipe: { name: 'naive' },
      file: 'line.csv',
      month: 48,
      horizon: 4,
      context: 24,
      metrics: ['MSE', 'MAE'],
    };
    const all = await measure(ettLinear, settings, folder);
    // A ramp of n training steps has the variance (n² - 1) / 12; naive is off by 1, 2, 3, 4 steps.
    const deviation = Math.sqrt(((12 * 48) ** 2 - 1) / 12);
    expect(all.get('MAE')).toBeCloseTo(2.5 / deviation, 12);
    expect(all.get('MSE')).toBeCloseTo(7.5 / deviation ** 2, 12);
    expect(all.get('windows')).toBe(4 * 48 - 4 + 1);
    expect(all.get('failures')).toBe(0);
    const quick = await measure(ettLinear, { ...settings, windows: 3 }, folder);
    expect(quick.get('windows')).toBe(3);
  });

  it.for([96, 192, 336, 720])(
    'reaches the error that DLinear published on ETTh1 within 3 percent, at horizon %d',
    async (horizon, context) => {
      needs(context, 'data');
      const task = `ETTh1-${horizon}`;
      const file = await readTaskFile('ett-linear');
      const published = file.published.find(
        (entry) => entry.task === task && entry.model === 'DLinear' && entry.metric === 'MSE',
      );
      const all = await measure(ettLinear, settingsOf(file, task, 'nlinear', false), dataFolder);
      expect(all.get('failures')).toBe(0);
      expect(all.get('windows')).toBe(4 * 720 - horizon + 1);
      expect(all.get('MSE')).toBeLessThan(1.03 * (published?.value ?? 0));
    },
  );
});
