/**
 * The detectors of changes and spikes on what others published figures for, and how long they take: agreement with the marks of people on
 * the Turing change point dataset, the score of the Numenta anomaly benchmark, a million points, and PELT against its peers.
 */
import { join } from 'node:path';
import { parseOptions, randomKey, throwIfAborted } from '@tessera/core';
import { readNab, readTcpd } from '@tessera/datasets';
import { z } from 'zod';
import { changePointF1, segmentCovering } from '../preservation/change-point-scores.js';
import { detectorArms, isSpikeDetector, runDetector } from '../preservation/detector-arms.js';
import { bestNabScore, type NabFile, nabScore } from '../preservation/nab-score.js';
import { quadraticPartitioning } from '../preservation/quadratic-partitioning.js';
import { askRuptures } from '../preservation/ruptures-peer.js';
import { shiftingSeries, shifts } from '../preservation/shifting-series.js';
import type { Assignment, Measurement, Suite, Unavailable } from '../runner/suite.js';

const settingsSchema = z.strictObject({
  measure: z.enum(['tcpd', 'nab', 'long-series', 'ruptures', 'quadratic']),
  detector: z.enum(detectorArms),
  options: z.record(z.string(), z.json()).default({}),
  /** Added to where a change starts before it is compared with marks: -1 names the last step before it. */
  indexOffset: z.int().default(0),
  /** Points of a long series, and its changes. */
  points: z.array(z.int().min(1)).default([]),
  changes: z.int().min(0).default(0),
  shift: z.enum(shifts).default('levels'),
  /** Timings of ours, of which the median counts. */
  runs: z.int().min(1).default(1),
});
type Settings = z.output<typeof settingsSchema>;

export const preservationDetectors: Suite = {
  name: 'preservation-detectors',
  async run(assignment) {
    const settings = parseOptions(settingsSchema, assignment.settings, 'preservation-detectors settings');
    switch (settings.measure) {
      case 'tcpd':
        return tcpd(settings, assignment);
      case 'nab':
        return nab(settings, assignment);
      case 'long-series':
        return longSeries(settings, assignment);
      case 'ruptures':
        return againstRuptures(settings, assignment);
      case 'quadratic':
        return againstQuadratic(settings, assignment);
    }
  },
};

/** The series with one channel and no missing value, as the published figures have them. */
async function tcpd(
  { detector, options, indexOffset }: Settings,
  { dataFolder, signal }: Assignment,
): Promise<Measurement[] | Unavailable> {
  if (isSpikeDetector(detector)) return { unavailable: `${detector} finds no changes` };
  const folder = join(dataFolder, 'tcpd');
  const { set, labels } = await readTcpd(folder, join(folder, 'annotations.json'), { signal });
  let [f1, cover, series] = [0, 0, 0];
  for (const { id, channels, length } of set.frames) {
    throwIfAborted(signal, 'tcpd');
    const marks = labels.get(id);
    const [channel, second] = channels;
    if (marks === undefined || second !== undefined || channel.observed.includes(0)) continue;
    const { structures } = runDetector(detector, channel.values, options);
    const found = structures.map(({ start }) => start + indexOffset);
    f1 += changePointF1(marks, found);
    cover += segmentCovering(marks, found, length);
    series += 1;
  }
  return [
    { metric: 'tcpd_f1', value: f1 / series, unit: 'ratio' },
    { metric: 'tcpd_cover', value: cover / series, unit: 'ratio' },
    { metric: 'series', value: series, unit: 'series' },
  ];
}

/** An alarm at each step of a spike and at the start of a change; its certainty is the statistic over the threshold. */
async function nab(
  { detector, options }: Settings,
  { dataFolder, signal }: Assignment,
): Promise<Measurement[]> {
  const folder = join(dataFolder, 'nab');
  const { set, labels } = await readNab(folder, join(folder, 'windows.json'), { signal });
  const files = set.frames.map(({ id, channels, length }): NabFile => {
    throwIfAborted(signal, 'nab');
    const { structures } = runDetector(detector, channels[0].values, options);
    const alarms = structures.flatMap(({ start, end, statistic, threshold }) =>
      Array.from({ length: end - start }, (_, i) => ({
        step: start + i,
        score: Math.abs(statistic) / threshold,
      })),
    );
    return { length, windows: labels.get(id) ?? [], alarms };
  });
  const best = bestNabScore(files);
  const own = nabScore(files);
  return [
    { metric: 'nab_score', value: best.score, unit: 'points' },
    { metric: 'detected', value: best.detected, unit: 'windows' },
    { metric: 'false_alarms', value: best.falseAlarms, unit: 'alarms' },
    { metric: 'nab_score_at_default', value: own.score, unit: 'points' },
    { metric: 'windows', value: best.windows, unit: 'windows' },
    { metric: 'series', value: files.length, unit: 'series' },
  ];
}

/** Seconds of one run after a small one that lets the machine compile. */
function longSeries(settings: Settings, { seed, signal }: Assignment): Measurement[] {
  const { detector, options, changes, shift, points } = settings;
  const measurements: Measurement[] = [];
  const warmUp = shiftingSeries(randomKey(seed), { shift, points: 20_000, changes: 4 });
  runDetector(detector, warmUp.values, options);
  for (const count of points) {
    throwIfAborted(signal, 'long-series');
    const series = shiftingSeries(randomKey(seed), { shift, points: count, changes });
    const { seconds, result } = timed(() => runDetector(detector, series.values, options));
    const starts = result.structures.map(({ start }) => start);
    const hit = series.changes.filter((change) => starts.some((start) => Math.abs(start - change) <= 100));
    measurements.push(
      { metric: `${isPelt(detector) ? 'pelt_' : ''}${lengthName(count)}_seconds`, value: seconds, unit: 's' },
      { metric: `${lengthName(count)}_structures`, value: starts.length, unit: 'structures' },
    );
    if (!isSpikeDetector(detector)) {
      measurements.push({
        metric: `${lengthName(count)}_true_changes_found`,
        value: hit.length,
        unit: 'changes',
      });
    }
  }
  return measurements;
}

async function againstRuptures(
  settings: Settings,
  { seed, signal }: Assignment,
): Promise<Measurement[] | Unavailable> {
  const peer = await ask();
  if (typeof peer === 'string') return { unavailable: peer };
  const { answer, values, penalty } = peer;
  const { ours, starts } = timeOurs(settings, values);
  const theirs = median(answer.seconds);
  const agreed = starts.join() === answer.changes.join();
  return [
    { metric: 'ratio_to_ruptures', value: theirs / ours, unit: 'ratio' },
    { metric: 'ours', value: ours * 1000, unit: 'ms' },
    { metric: 'theirs', value: theirs * 1000, unit: 'ms' },
    { metric: 'same_changes', value: agreed ? 1 : 0, unit: 'yes or no' },
    { metric: 'points', value: values.length, unit: 'points' },
    { metric: 'penalty', value: penalty, unit: 'ratio' },
  ];

  async function ask() {
    if (!hasPlainMeanCost(settings)) return 'only the plain mean cost is the same in ruptures';
    const [points] = settings.points;
    const { values } = shiftingSeries(randomKey(seed), { ...settings, points });
    const penalty = 3 * Math.log(points);
    const answer = await askRuptures({ values: [...values], penalty, minSize: 3, runs: 1 }, signal);
    return typeof answer === 'string' ? answer : { answer, values, penalty };
  }
}

function againstQuadratic(settings: Settings, { seed }: Assignment): Measurement[] | Unavailable {
  if (!hasPlainMeanCost(settings)) {
    return { unavailable: 'the quadratic reference knows the plain mean cost only' };
  }
  return settings.points.flatMap((points) => {
    const { values } = shiftingSeries(randomKey(seed), { ...settings, points });
    const { ours, starts } = timeOurs(settings, values);
    const scores = zScored(values);
    const { seconds, result } = timed(() =>
      quadraticPartitioning(scores, { penalty: 3 * Math.log(points), minSize: 3 }),
    );
    return [
      { metric: `ratio_to_quadratic_${lengthName(points)}`, value: seconds / ours, unit: 'ratio' },
      {
        metric: `same_changes_${lengthName(points)}`,
        value: starts.join() === result.join() ? 1 : 0,
        unit: 'yes or no',
      },
    ];
  });
}

function hasPlainMeanCost({ detector, options }: Settings): boolean {
  return detector === 'mean' && options.cost === undefined;
}

function timeOurs({ detector, options, runs }: Settings, values: Float64Array) {
  const timings = Array.from({ length: runs }, () => timed(() => runDetector(detector, values, options)));
  const [{ result }] = timings;
  return {
    ours: median(timings.map(({ seconds }) => seconds)),
    starts: result.structures.map(({ start }) => start),
  };
}

function timed<Result>(work: () => Result): { readonly seconds: number; readonly result: Result } {
  const began = performance.now();
  const result = work();
  return { seconds: (performance.now() - began) / 1000, result };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function zScored(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return values.map((value) => (value - mean) / Math.sqrt(squares / (values.length - 1)));
}

/** E.g. `1m`, `250k`. */
function lengthName(points: number): string {
  return points % 1e6 === 0 ? `${points / 1e6}m` : `${points / 1e3}k`;
}

function isPelt(detector: Settings['detector']): boolean {
  return detector === 'mean' || detector === 'trend' || detector === 'variance';
}
