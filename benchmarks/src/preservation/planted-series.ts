/**
 * Series with structures of one kind planted far apart in white noise of sd 1, and for each structure what an audit is told of it and
 * what truly becomes of it. Sizes are drawn so widely that every summary keeps some and erases some.
 */
import { foldIn, RandomStream, randomKey, type SeriesFrame } from '@tessera/core';
import { syntheticSeries } from '@tessera/datasets';
import type { LabelledEvent, RuleId } from '@tessera/patching/preservation';
import {
  bendMargin,
  certain,
  detectability,
  greatestShare,
  isClear,
  leastMargin,
  type PlantedSummary,
  type Span,
  stepMargin,
  survivingRows,
  type Truth,
  truthOf,
  varianceDetectability,
  varianceMargin,
  wholeFigures,
} from './planted-truth.js';

export const plantedKinds = [
  'spike',
  'mean-change',
  'trend-change',
  'variance-change',
  'rare-regime',
  'gap',
  'intervention',
] as const;
export type PlantedKind = (typeof plantedKinds)[number];

const length = 4096;
/** Steps on either side that the reader looks at, as the audit does by default. */
const reach = 256;
/** Shortest segment: more than two reaches, so that neighbours do not meet. */
const minSegment = 2 * reach + 1;

export interface Planted {
  readonly frame: SeriesFrame;
  readonly events: readonly PlantedEvent[];
}

export interface PlantedEvent {
  readonly ruleId: RuleId;
  readonly event: LabelledEvent & { readonly end: number };
  /** What becomes of it in a summary of patches, and of the raw series where no summary is given. */
  readonly truth: (patches: readonly Span[], summary: PlantedSummary) => Truth;
  /** Whether the raw series shows it clearly. */
  readonly isThere: boolean;
  /** Steps by which a detector may put it elsewhere. */
  readonly margin: number;
}

type Effect = (step: number) => number;

/** The structures of one kind in one series. */
export function plantedSeries(kind: PlantedKind, seed: number): Planted {
  const draw = new RandomStream(foldIn(randomKey(seed), plantedKinds.indexOf(kind)));
  const { frame, truth } = syntheticSeries({ length, seed, frequency: 'h', structures: [plan(kind, draw)] });
  const [structure] = truth.structures;
  const values = truth.complete;
  const raw = Array.from({ length }, (_, t) => ({ start: t, end: t + 1 }));

  const byEffect = (
    ruleId: RuleId,
    event: PlantedEvent['event'],
    effect: Effect,
    nuisances: readonly Effect[],
    within: Span,
    margin = leastMargin,
    isDiluted: (patches: readonly Span[]) => boolean = () => false,
  ): PlantedEvent => {
    const of = (patches: readonly Span[], summary: PlantedSummary) =>
      truthOf(detectability(survivingRows(summary, patches, within, values), effect, nuisances, 1));
    return {
      ruleId,
      event,
      truth: (patches, summary) => (isDiluted(patches) ? certain(true) : of(patches, summary)),
      isThere: isClear(of(raw, 'mean')),
      margin,
    };
  };

  const describe = ({ start, end, ...own }: Span, index: number): PlantedEvent[] => {
    const size = 'size' in own && typeof own.size === 'number' ? own.size : Number.NaN;
    const around = { start: Math.max(0, start - reach), end: Math.min(length, start + reach) };
    const step: Effect = (t) => (t >= start ? 1 : 0);
    const bend: Effect = (t) => Math.max(0, t - start);
    const change = { start, end: start + 1 };
    switch (kind) {
      case 'spike': {
        const inside: Effect = (t) => (t >= start && t < end ? size : 0);
        // The level is known from far more steps than a patch has.
        return [byEffect('spike-survival', { kind, start, end }, inside, [], around)];
      }
      case 'mean-change':
        return [
          byEffect(
            'mean-change-survival',
            { kind, ...change },
            (t) => size * step(t),
            [one],
            around,
            stepMargin(size),
          ),
        ];
      case 'trend-change':
        return [
          byEffect(
            'trend-change-survival',
            { kind, ...change },
            (t) => size * bend(t),
            [one, time, step],
            around,
            bendMargin(
              detectability(
                survivingRows('mean', raw, around, values),
                (t) => size * step(t),
                [one, time, bend],
                1,
              ),
            ),
          ),
        ];
      case 'variance-change': {
        const ratio = 'ratio' in own && typeof own.ratio === 'number' ? own.ratio : Number.NaN;
        const of = (patches: readonly Span[], summary: PlantedSummary) => {
          const [before, after] = [
            { start: around.start, end: start },
            { start, end: around.end },
          ].map((side) => wholeFigures(summary, patches, side, values));
          return truthOf(varianceDetectability(ratio, before, after));
        };
        const event = { kind, ...change };
        return [
          {
            ruleId: 'variance-change-survival',
            event,
            truth: of,
            isThere: isClear(of(raw, 'mean')),
            margin: varianceMargin(ratio),
          },
        ];
      }
      case 'rare-regime': {
        const width = end - start;
        const within = { start: Math.max(0, start - width), end: Math.min(length, end + width) };
        const inside: Effect = (t) => (t >= start && t < end ? regimeLevel : 0);
        const isDiluted = (patches: readonly Span[]) => greatestShare({ start, end }, patches) < 0.5;
        return [
          byEffect(
            'rare-regime-survival',
            { kind, start, end },
            inside,
            [one],
            within,
            leastMargin,
            isDiluted,
          ),
        ];
      }
      case 'gap':
        return [
          {
            ruleId: 'gap-survival',
            event: { kind, start, end },
            truth: (patches) => certain(!patches.some((patch) => patch.start >= start && patch.end <= end)),
            isThere: true,
            margin: leastMargin,
          },
        ];
      case 'intervention': {
        if (structure.kind !== 'intervention') return [];
        const { level, slope } = structure.events[index];
        const event = { kind, start, end };
        return [
          byEffect('intervention-level', event, (t) => level * step(t), [one, time, bend], around),
          byEffect('intervention-slope', event, (t) => slope * bend(t), [one, time, step], around),
        ];
      }
    }
  };
  const events = structure.events.flatMap(describe);
  return { frame: kind === 'intervention' ? frame.withInterventions([]) : frame, events };
}

const one: Effect = () => 1;
const time: Effect = (t) => t;
/** In sds of the noise. */
const regimeLevel = 5;

/** What to plant; ranges reach from hardly seen to seen through the longest patches. */
function plan(kind: PlantedKind, draw: RandomStream) {
  switch (kind) {
    case 'spike':
      return { kind: 'spikes', count: 16, size: [6, 40], minSpacing: 140 } as const;
    case 'mean-change':
      return { kind: 'level-changes', count: 5, size: [0.5, 3], minSegment } as const;
    case 'trend-change':
      return { kind: 'trend-changes', count: 5, size: [0.005, 0.06], minSegment } as const;
    case 'variance-change':
      return { kind: 'variance-changes', count: 5, ratio: [1.4, 6], minSegment } as const;
    case 'rare-regime':
      return {
        kind: 'rare-regime',
        count: 6,
        share: 0.04,
        minLength: 8,
        minSpacing: 300,
        level: regimeLevel,
        oscillation: { amplitude: 0 },
      } as const;
    case 'gap':
      return {
        kind: 'missingness',
        mechanism: { type: 'blocks', count: 16, width: [1, 120], minSpacing: 130 },
      } as const;
    case 'intervention':
      return {
        kind: 'intervention',
        at: draw.integer(reach, length - reach),
        level: 1 + 5 * draw.uniform(),
        slope: 0.005 + 0.05 * draw.uniform(),
      } as const;
  }
}
