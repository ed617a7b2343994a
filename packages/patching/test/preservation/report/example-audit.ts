/** An audit with a finding of every verdict, on a made-up series under means of sixteen steps, for the tests of reports. */
import { RandomStream, randomKey, regularTimeAxis, SeriesFrame } from '@tessera/core';
import { Patches } from '../../../src/patches/index.js';
import {
  assembleReport,
  type CheckResult,
  type PreservationReport,
  type ReportInput,
  type ReportOptions,
} from '../../../src/preservation/report/index.js';

export const patchSize = 16;
const length = 480;

/** Names that want to be markup, mentions and code. */
export const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script>'"\`|@someone #1 https://x.test ${String.fromCharCode(0x2028, 7, 0xd800)}`;

export function exampleFrame(
  names: readonly [string, string] = ['births', 'visits'],
  id = 'clinic',
): SeriesFrame {
  const draws = new RandomStream(randomKey(3));
  const births = Float64Array.from(
    { length },
    (_, step) => 100 + 8 * Math.sin((2 * Math.PI * step) / 7) + draws.normal(),
  );
  for (const [step, height] of [
    [60, 40],
    [201, -35],
    [330, 18],
  ]) {
    births[step] += height;
  }
  const visits = Float64Array.from({ length }, (_, step) => (step < 250 ? 20 : 32) + draws.normal());
  for (let step = 120; step < 149; step++) visits[step] = Number.NaN;
  for (let step = 400; step < 440; step += 2) visits[step] = Number.NaN;
  return new SeriesFrame({
    id,
    time: regularTimeAxis({ start: Date.UTC(2023, 0, 1), frequency: 'D', length }),
    channels: [
      { name: names[0], unit: 'births per day', values: births },
      { name: names[1], values: visits },
    ],
  });
}

export function examplePatches(): Patches {
  return Patches.fromLengths(Array.from({ length: length / patchSize }, () => patchSize));
}

/** The mean of each patch over its observed steps, laid over its steps. */
export function patchMeans(values: Float64Array): Float64Array {
  const means = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += patchSize) {
    const observed = values.subarray(start, start + patchSize).filter((value) => !Number.isNaN(value));
    means.fill(observed.reduce((sum, value) => sum + value, 0) / observed.length, start, start + patchSize);
  }
  return means;
}

/** A check of a preserved spike at step 60, with what is given instead. */
export function check(given: Partial<CheckResult> = {}): CheckResult {
  const { start = 60, end = start + 1 } = given;
  return {
    ruleId: 'spike-survival',
    kind: 'spike',
    channel: 'births',
    start,
    end,
    detector: 'hampel',
    patchIds: [Math.floor(start / patchSize)],
    measure: 'height over the frozen scale',
    raw: 8,
    surviving: 7.5,
    expected: 2,
    threshold: 3,
    ratio: 0.9375,
    interval: [0.8, 1],
    verdict: 'preserved',
    pValue: 0.001,
    reason: null,
    details: { scale: 1.2 },
    ...given,
  };
}

export function exampleChecks(names: readonly [string, string] = ['births', 'visits']): CheckResult[] {
  const [births, visits] = names;
  return [
    check({ channel: births, verdict: 'erased', surviving: 2.1, ratio: 0.26, interval: [0.2, 0.31] }),
    check({ channel: births, start: 201, verdict: 'attenuated', raw: -7, surviving: -3.2, ratio: 0.46 }),
    check({ channel: births, start: 330 }),
    check({
      channel: visits,
      ruleId: 'mean-change-survival',
      kind: 'mean-change',
      start: 250,
      detector: 'pelt-mean',
      patchIds: [15],
      verdict: 'displaced',
      ratio: 0.97,
      reason: 'Seen 6 steps later',
    }),
    check({
      channel: visits,
      ruleId: 'gap-survival',
      kind: 'gap',
      start: 120,
      end: 149,
      detector: 'gaps',
      patchIds: [7, 8, 9],
      verdict: 'erased',
      raw: 29,
      surviving: 0,
      ratio: 0,
      interval: null,
      expected: null,
      pValue: null,
    }),
    check({
      channel: visits,
      ruleId: 'rare-regime-survival',
      kind: 'rare-regime',
      start: 300,
      end: 310,
      detector: 'regimes',
      verdict: 'not-assessable',
      raw: null,
      surviving: null,
      ratio: null,
      interval: null,
      expected: null,
      threshold: null,
      pValue: null,
      reason: 'Only one regime was found',
    }),
    check({
      channel: visits,
      ruleId: 'invented-structure',
      kind: 'mean-change',
      start: 144,
      detector: 'pelt-mean',
      verdict: 'invented',
      raw: null,
      surviving: 3.4,
      ratio: null,
      interval: null,
      pValue: 0.2,
    }),
  ];
}

export function exampleInput(
  frame: SeriesFrame = exampleFrame(),
  checks: readonly CheckResult[] = exampleChecks(),
): ReportInput {
  const [births, visits] = frame.channels;
  return {
    frame,
    patches: examplePatches(),
    surviving: new Map([births, visits].map(({ name, values }) => [name, patchMeans(values)])),
    survivingForm: { form: 'summary', name: 'mean' },
    checks,
    detections: [
      { detector: 'hampel', channel: births.name, status: 'found', structures: 3 },
      { detector: 'pelt-mean', channel: visits.name, status: 'found', structures: 1 },
      { detector: 'regimes', channel: births.name, status: 'not-assessable', structures: 0 },
    ],
    boundaries: [
      {
        channel: visits.name,
        margin: 5,
        changes: 1,
        boundaries: 29,
        recall: 0,
        chanceRecall: 0.6875,
        correctedRecall: -2.2,
        medianOffset: 0.375,
        straddleRate: 0.75,
        purity: 0.987,
      },
    ],
    skipped: [{ check: 'regimes', channel: births.name, reason: 'The series is too short for its window' }],
    nullRun: {
      method: 'white noise of the same length',
      seed: 1,
      points: 960,
      alarms: 2,
      alarmsPer1000: 2 / 0.96,
    },
    survivalBySize: [4, 8, 16, 32].flatMap((size) => [
      { kind: 'spike', patchSize: size, ratio: 1 / Math.sqrt(size), structures: 3 },
      { kind: 'mean-change', patchSize: size, ratio: 1 - size / 400, structures: 1 },
      { kind: 'rare-regime', patchSize: size, ratio: size < 32 ? 0.7 : null, structures: 0 },
    ]),
    configuration: { hampel: { halfWidth: 5, threshold: 3 }, margin: 5 },
    seed: 1,
    versions: { node: '20.20.0', tessera: '0.1.0' },
  };
}

export function exampleReport(options: ReportOptions = {}): PreservationReport {
  return assembleReport(exampleInput(), { source: 'data/clinic.csv', ...options });
}
