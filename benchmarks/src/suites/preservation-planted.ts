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
import { audit, type Finding } from '@tessera/patching/preservation';
import { z } from 'zod';
import {
  type PlantedEvent,
  type PlantedKind,
  plantedKinds,
  plantedSeries,
} from '../preservation/planted-series.js';
import type { Assignment, Measurement, Suite } from '../runner/suite.js';

const settingsSchema = z.strictObject({
  measure: z.enum(['planted', 'clean', 'million']),
  summary: z.enum(['mean', 'linear', 'first-last', 'min-max-first-last']),
  /** Whether the audit is told of the planted events or has to find them. */
  events: z.enum(['given', 'detected']).default('given'),
  sizes: z.array(z.int().min(1)).min(1),
  /** Whether clean series wander: long memory, a line. */
  wanders: z.boolean().default(false),
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

/** Counts of calls against the truth; shares of one are chances of a call. */
class Tally {
  /** Called erased and erased; called erased and not; erased and not called so. */
  hits = 0;
  falseAlarms = 0;
  misses = 0;
  judged = 0;

  count(called: number, isErased: boolean): void {
    this.judged += 1;
    if (isErased) {
      this.hits += called;
      this.misses += 1 - called;
    } else this.falseAlarms += called;
  }

  get precision(): number {
    return this.hits / (this.hits + this.falseAlarms);
  }

  get recall(): number {
    return this.hits / (this.hits + this.misses);
  }
}

class Tallies {
  readonly clear = new Tally();
  /** Borderline ones too, by the side of the threshold that they lie on. */
  readonly all = new Tally();
  /** What the reader of `planted-truth.ts` would call on average, borderline ones too: places and shapes known, summaries alone seen. */
  readonly ideal = new Tally();
  readonly byKind = new Map(plantedKinds.map((kind) => [kind, new Tally()]));
  planted = 0;
  found = 0;
}

async function planted(settings: Settings, { seed, signal }: Assignment): Promise<Measurement[]> {
  const tallies = new Tallies();
  for (const kind of plantedKinds) {
    for (let index = 0; index < settings.series; index++) {
      for (const size of settings.sizes) {
        throwIfAborted(signal, 'preservation-planted');
        await addSeries(tallies, kind, seed * 1000 + index, size, settings);
      }
    }
  }
  const { clear, all, ideal, byKind } = tallies;
  return [
    { metric: 'erased_precision', value: clear.precision, unit: 'ratio' },
    { metric: 'erased_recall', value: clear.recall, unit: 'ratio' },
    { metric: 'erased', value: clear.hits + clear.misses, unit: 'structures' },
    { metric: 'judged', value: clear.judged, unit: 'structures' },
    { metric: 'borderline', value: all.judged - clear.judged, unit: 'structures' },
    { metric: 'with_borderline_precision', value: all.precision, unit: 'ratio' },
    { metric: 'with_borderline_recall', value: all.recall, unit: 'ratio' },
    { metric: 'with_borderline_ideal_precision', value: ideal.precision, unit: 'ratio' },
    { metric: 'with_borderline_ideal_recall', value: ideal.recall, unit: 'ratio' },
    { metric: 'found', value: tallies.found / tallies.planted, unit: 'ratio' },
    ...[...byKind].flatMap(([kind, tally]) => [
      { metric: `erased_precision_${kind}`, value: tally.precision, unit: 'ratio' },
      { metric: `erased_recall_${kind}`, value: tally.recall, unit: 'ratio' },
    ]),
  ];
}

async function addSeries(
  tallies: Tallies,
  kind: PlantedKind,
  seed: number,
  size: number,
  { summary, events: source }: Settings,
): Promise<void> {
  const { frame, events } = plantedSeries(kind, seed);
  const patches = evenPatches(frame.length, size, seed);
  const spans = [...patches];
  // The time of an intervention is known to whoever made it.
  const isGiven = source === 'given' || kind === 'intervention';
  const report = await audit(frame, patches, {
    survives: summary,
    ...(source === 'given' ? { detectors: [] } : {}),
    events: isGiven ? [...new Map(events.map(({ event }) => [event.start, event])).values()] : [],
    nullPoints: 0,
    sizes: [],
  });
  const own = tallies.byKind.get(kind);
  const matched = new Set<Finding>();
  for (const planted of events) {
    const { truth, isThere } = planted;
    const finding = nearest(
      report.data.findings.filter((each) => !matched.has(each)),
      planted,
    );
    if (finding !== undefined) matched.add(finding);
    if (!isThere) continue;
    tallies.planted += 1;
    if (finding !== undefined && finding.verdict !== 'not-assessable') tallies.found += 1;
    const { isErased, isBorderline, idealMiss } = truth(spans, summary);
    const called = finding?.verdict === 'erased' ? 1 : 0;
    tallies.all.count(called, isErased);
    tallies.ideal.count(idealMiss, isErased);
    if (isBorderline) continue;
    tallies.clear.count(called, isErased);
    own?.count(called, isErased);
  }
  // Whatever else of this kind is called erased was never planted.
  const rules = new Set(events.map(({ ruleId }) => ruleId));
  for (const finding of report.data.findings) {
    if (!rules.has(finding.ruleId) || matched.has(finding) || finding.verdict !== 'erased') continue;
    for (const tally of [tallies.all, tallies.clear, own]) tally?.count(1, false);
  }
}

/** The finding of the same rule that lies nearest, within the margin of the planted structure. */
function nearest(findings: readonly Finding[], { ruleId, event, margin }: PlantedEvent): Finding | undefined {
  const distance = ({ start, end }: Finding) => Math.max(event.start - end + 1, start - event.end + 1, 0);
  return findings
    .filter((each) => each.ruleId === ruleId && distance(each) <= margin)
    .sort((a, b) => distance(a) - distance(b))
    .at(0);
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
      const frame = cleanSeries(index, seed, settings);
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
const cleanVariants = [
  {},
  { noise: { autocorrelation: 0.5 } },
  { seasonalities: [{ period: 24, amplitude: 3 }] },
];

/** No structure either, but much that looks like one to a detector that takes noise to be white. */
const wanderingVariants = [
  { noise: { autocorrelation: 0.8 } },
  { noise: { autocorrelation: 0.95 } },
  { noise: { autocorrelation: 0.99 } },
  { slope: 0.05 },
];

function cleanSeries(index: number, seed: number, { points: length, wanders }: Settings): SeriesFrame {
  const variants = wanders ? wanderingVariants : cleanVariants;
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
