/**
 * Does the audit call erased what is erased? Structures of five families planted in noise, cut evenly at sizes from 4 to 64, one arm per
 * summary. What is truly erased follows from how a structure was planted (`planted-truth.ts`). Beside it the false alarms of the whole
 * audit, detectors included, on series that hold nothing, and the time of a million points.
 */
import {
  foldIn,
  parseOptions,
  RandomStream,
  randomKey,
  type SeriesFrame,
  throwIfAborted,
} from '@tessera/core';
import { syntheticSeries } from '@tessera/datasets';
import { Patches } from '@tessera/patching';
import { audit } from '@tessera/patching/preservation';
import { z } from 'zod';
import { type PlantedKind, plantedKinds, plantedSeries } from '../preservation/planted-series.js';
import type { PlantedSummary } from '../preservation/planted-truth.js';
import type { Assignment, Measurement, Suite } from '../runner/suite.js';

const settingsSchema = z.strictObject({
  measure: z.enum(['planted', 'clean', 'million']),
  summary: z.enum(['mean', 'linear', 'first-last', 'min-max-first-last']),
  sizes: z.array(z.int().min(1)).min(1),
  /** Series of each kind, or clean series. */
  series: z.int().min(1),
  /** Steps of a clean series, or of the long one. */
  points: z.int().min(1),
});
type Settings = z.output<typeof settingsSchema>;

export const preservationPlanted: Suite = {
  name: 'preservation-planted',
  async run(assignment) {
    const settings = parseOptions(settingsSchema, assignment.settings, 'preservation-planted settings');
    if (settings.measure === 'planted') return planted(settings, assignment);
    return settings.measure === 'clean' ? clean(settings, assignment) : million(settings, assignment);
  },
};

/** Counts of one kind. */
class Tally {
  /** Called erased and erased, called erased and kept, kept in words and erased in truth. */
  hits = 0;
  falseAlarms = 0;
  misses = 0;
  judged = 0;
  borderline = 0;
  notAssessable = 0;

  add(other: Tally): void {
    this.hits += other.hits;
    this.falseAlarms += other.falseAlarms;
    this.misses += other.misses;
    this.judged += other.judged;
    this.borderline += other.borderline;
    this.notAssessable += other.notAssessable;
  }

  get precision(): number {
    return this.hits / (this.hits + this.falseAlarms);
  }

  get recall(): number {
    return this.hits / (this.hits + this.misses);
  }
}

async function planted(settings: Settings, { seed, signal }: Assignment): Promise<Measurement[]> {
  const all = new Tally();
  const rows: Measurement[] = [];
  for (const kind of plantedKinds) {
    const tally = new Tally();
    for (let index = 0; index < settings.series; index++) {
      for (const size of settings.sizes) {
        throwIfAborted(signal, 'preservation-planted');
        tally.add(await tallyOf(kind, seed * 1000 + index, size, settings.summary));
      }
    }
    all.add(tally);
    rows.push(
      { metric: `erased_precision_${kind}`, value: tally.precision, unit: 'ratio' },
      { metric: `erased_recall_${kind}`, value: tally.recall, unit: 'ratio' },
    );
  }
  return [
    { metric: 'erased_precision', value: all.precision, unit: 'ratio' },
    { metric: 'erased_recall', value: all.recall, unit: 'ratio' },
    { metric: 'erased', value: all.hits + all.misses, unit: 'structures' },
    { metric: 'judged', value: all.judged, unit: 'structures' },
    { metric: 'borderline', value: all.borderline, unit: 'structures' },
    { metric: 'not_assessable', value: all.notAssessable, unit: 'structures' },
    ...rows,
  ];
}

async function tallyOf(
  kind: PlantedKind,
  seed: number,
  size: number,
  summary: PlantedSummary,
): Promise<Tally> {
  const { frame, events } = plantedSeries(kind, seed);
  const patches = evenPatches(frame.length, size, seed);
  const spans = [...patches];
  const labelled = [...new Map(events.map(({ event }) => [event.start, event])).values()];
  const report = await audit(frame, patches, {
    survives: summary,
    detectors: [],
    events: labelled,
    nullPoints: 0,
    sizes: [],
  });
  const tally = new Tally();
  for (const { ruleId, event, truth, isThere } of events) {
    if (!isThere) continue;
    const finding = report.data.findings.find((each) => each.ruleId === ruleId && each.start === event.start);
    const fate = truth(spans, summary);
    if (fate === 'borderline') {
      tally.borderline += 1;
      continue;
    }
    tally.judged += 1;
    if (finding === undefined || finding.verdict === 'not-assessable') tally.notAssessable += 1;
    const isCalled = finding?.verdict === 'erased';
    if (isCalled && fate === 'erased') tally.hits += 1;
    else if (isCalled) tally.falseAlarms += 1;
    else if (fate === 'erased') tally.misses += 1;
  }
  return tally;
}

/** Even patches whose first is cut short by the seed, so that structures lie anywhere in them. */
function evenPatches(length: number, size: number, seed: number): Patches {
  const first = new RandomStream(foldIn(randomKey(seed), size)).integer(1, size + 1);
  const ends: number[] = [];
  for (let end = Math.min(first, length); end < length; end += size) ends.push(end);
  return Patches.fromEnds([...ends, length], length);
}

async function clean(settings: Settings, { seed, signal }: Assignment): Promise<Measurement[]> {
  let [alarms, points] = [0, 0];
  for (let index = 0; index < settings.series; index++) {
    for (const size of settings.sizes) {
      const frame = cleanSeries(index, seed, settings.points);
      const report = await audit(frame, evenPatches(frame.length, size, index), {
        survives: settings.summary,
        nullPoints: 0,
        sizes: [],
        signal,
      });
      alarms += report.data.summary.errors + report.data.summary.warnings;
      points += frame.length;
    }
  }
  return [
    { metric: 'false_alarms_per_10k', value: (alarms / points) * 10_000, unit: 'alarms' },
    { metric: 'points', value: points, unit: 'points' },
  ];
}

/** Nothing but noise: white, remembering, or around a season. */
function cleanSeries(index: number, seed: number, length: number): SeriesFrame {
  const variants = [
    {},
    { noise: { autocorrelation: 0.5 } },
    { seasonalities: [{ period: 24, amplitude: 3 }] },
  ] as const;
  const own = variants[index % variants.length];
  return syntheticSeries({ length, frequency: 'h', seed: seed * 1000 + index, ...own }).frame;
}

async function million(settings: Settings, { seed, signal }: Assignment): Promise<Measurement[]> {
  const { points, summary, sizes } = settings;
  const { frame } = syntheticSeries({
    length: points,
    frequency: 'min',
    seed,
    structures: [
      { kind: 'spikes', count: 200, size: [6, 40], minSpacing: 140 },
      { kind: 'level-changes', count: 50, size: [1, 4], minSegment: 600 },
      { kind: 'missingness', mechanism: { type: 'blocks', count: 100, width: [1, 120], minSpacing: 130 } },
    ],
  });
  const began = performance.now();
  const report = await audit(frame, evenPatches(points, sizes[0], seed), { survives: summary, signal });
  const seconds = (performance.now() - began) / 1000;
  return [
    { metric: 'audit_1m_seconds', value: seconds, unit: 's' },
    { metric: 'audit_1m_memory', value: process.resourceUsage().maxRSS / 2 ** 20, unit: 'GiB' },
    { metric: 'findings', value: report.data.findings.length, unit: 'findings' },
  ];
}
