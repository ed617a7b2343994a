/**
 * What the checker's detectors of regimes, missingness and interventions find where the truth is published or planted: the covering of the
 * segmentation benchmark, the effects in the examples of CausalImpact, and the time of a million points.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Key,
  parseOptions,
  RandomStream,
  randomKey,
  regularTimeAxis,
  throwIfAborted,
} from '@tessera/core';
import { readTssb } from '@tessera/datasets';
import {
  detectIntervention,
  detectMissingness,
  detectRareStretches,
  detectRegimes,
} from '@tessera/patching/preservation';
import { z } from 'zod';
import { segmentCovering } from '../preservation/change-point-scores.js';
import type { Assignment, Measurement, Suite } from '../runner/suite.js';

const settingsSchema = z.discriminatedUnion('measure', [
  z.strictObject({
    measure: z.literal('segmentation'),
    /** The first series of the folder; absent for all. */
    series: z.int().min(1).optional(),
  }),
  z.strictObject({
    measure: z.literal('intervention'),
    file: z.string(),
    separator: z.string(),
    /** Columns by place, from 0. */
    target: z.int().min(0),
    controls: z.array(z.int().min(0)),
    /** First row of the intervention, from 0. */
    at: z.int().min(1),
  }),
  z.strictObject({ measure: z.literal('million'), points: z.int().min(1) }),
]);
type Settings = z.output<typeof settingsSchema>;
type SettingsOf<Measure extends Settings['measure']> = Extract<Settings, { measure: Measure }>;

export const preservationRegimes: Suite = {
  name: 'preservation-regimes',
  async run(assignment) {
    const settings = parseOptions(settingsSchema, assignment.settings, 'preservation-regimes settings');
    switch (settings.measure) {
      case 'segmentation':
        return segmentation(settings, assignment);
      case 'intervention':
        return intervention(settings, assignment);
      case 'million':
        return million(settings, assignment);
    }
  },
};

/** Mean covering over series, with the window found from each; the window that the benchmark gives is not used. */
async function segmentation(
  { series }: SettingsOf<'segmentation'>,
  { dataFolder, signal }: Assignment,
): Promise<Measurement[]> {
  const folder = join(dataFolder, 'tssb');
  const { set, labels } = await readTssb(folder, join(folder, 'desc.csv'), { signal });
  const frames = set.frames.slice(0, series);
  const covers: number[] = [];
  let seconds = 0;
  for (const frame of frames) {
    throwIfAborted(signal, 'preservation-regimes');
    const [{ name, values }] = frame.channels;
    const truth = labels.get(frame.id);
    if (truth === undefined) throw new Error(`${frame.id} has no entry in desc.csv`);
    const began = performance.now();
    const { structures } = detectRegimes(name, values);
    seconds += (performance.now() - began) / 1000;
    const boundaries = structures.slice(1).map(({ start }) => start);
    covers.push(segmentCovering({ truth: truth.changePoints }, boundaries, values.length));
  }
  return [
    {
      metric: 'tssb_cover',
      value: covers.reduce((sum, each) => sum + each, 0) / covers.length,
      unit: 'ratio',
    },
    { metric: 'tssb_cover_least', value: Math.min(...covers), unit: 'ratio' },
    { metric: 'series', value: covers.length, unit: 'series' },
    { metric: 'seconds', value: seconds, unit: 's' },
  ];
}

/** The average effect with its interval, and the jump of the interrupted series. */
async function intervention(
  { file, separator, target, controls, at }: SettingsOf<'intervention'>,
  { task, dataFolder }: Assignment,
): Promise<Measurement[]> {
  const text = await readFile(join(dataFolder, 'causal', file), 'utf8');
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(separator));
  const column = (place: number) => Float64Array.from(rows, (row) => Number(row[place]));
  const { estimate, reason } = detectIntervention(task, column(target), { at }, controls.map(column));
  if (estimate === undefined) throw new Error(`no estimate: ${reason}`);
  const { effect, level } = estimate;
  const measured = (metric: string, value: number) => ({ metric, value, unit: 'of the series' });
  return [
    measured(`intervention_level_${task}`, effect.value),
    measured('low', effect.low),
    measured('high', effect.high),
    measured('jump', level.value),
    { metric: 'p', value: effect.pValue, unit: 'probability' },
  ];
}

/** Each detector once, on hourly noise with a season, regimes that take turns, and a tenth of it missing. */
async function million(
  { points }: SettingsOf<'million'>,
  { seed, signal }: Assignment,
): Promise<Measurement[]> {
  const values = longSeries(randomKey(seed), points);
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: points });
  const rows: Measurement[] = [];
  const timed = (metric: string, run: () => unknown) => {
    throwIfAborted(signal, 'preservation-regimes');
    const began = performance.now();
    run();
    rows.push({ metric, value: (performance.now() - began) / 1000, unit: 's' });
  };
  timed('regimes_1m_seconds', () => detectRegimes('y', values));
  timed('rare_stretches_1m_seconds', () => detectRareStretches('y', values, { season: 24 }));
  timed('missingness_1m_seconds', () => detectMissingness('y', values, {}, time));
  timed('intervention_1m_seconds', () =>
    detectIntervention('y', values, { at: Math.floor(points / 2), season: 24 }),
  );
  return rows;
}

function longSeries(key: Key, points: number): Float64Array {
  const stream = new RandomStream(key);
  const stretch = Math.ceil(points / 10);
  return Float64Array.from({ length: points }, (_, t) => {
    const period = Math.floor(t / stretch) % 2 === 0 ? 24 : 37;
    const value = 3 * Math.sin((2 * Math.PI * t) / period) + stream.normal();
    return stream.uniform() < 0.1 ? Number.NaN : value;
  });
}
