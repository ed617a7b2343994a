/**
 * A series whose every part is known: base signal and noise, with structures planted into it. What comes back is the
 * frame a forecaster sees and the truth a checker needs.
 *
 *     options -> trend, seasonalities, noise -> structures, each from its own key -> values -> missingness -> frame
 *
 * One target per series; it does not make structures that follow from one another, such as a spike that causes a level
 * change: see the event tasks for futures that depend on events.
 */
import {
  addSteps,
  type ChannelOptions,
  type Intervention,
  type Key,
  parseFrequency,
  parseOptions,
  randomKey,
  regularTimeAxis,
  SeriesFrame,
  type TimeAxis,
} from '@tessera/core';
import { z } from 'zod';
import { compose, type SyntheticBase } from './compose.js';
import { namedKey, namedStream } from './named-key.js';
import { drawNoise, noiseSchema } from './signal/noise.js';
import { drawSeasonality, seasonalitySchema } from './signal/seasonality.js';
import { plantMissingness } from './structures/missingness.js';
import {
  type PlantedStructure,
  type PlantedValueStructure,
  plantValueStructure,
  structureSchema,
} from './structures/plant-structure.js';
import type { ControlTruth, SyntheticTruth } from './synthetic-truth.js';

/** One array of doubles then takes 1 GiB, and a series has several. */
const mostSteps = 2 ** 27;

const schema = z.strictObject({
  /** Steps T, at least 1 and at most 2^27. */
  length: z.int('a whole number').min(1, 'at least 1 step').max(mostSteps, `at most ${mostSteps} steps`),
  /** Step of the series, e.g. `h`, `D`, `ME`. */
  frequency: z.string().default('D'),
  /** Time of the first step, UTC milliseconds. Default: Monday 2001-01-01; where stamps lie on month ends, 2001-01-31. */
  start: z.number().optional(),
  /** All draws follow from it. */
  seed: z.int().nonnegative().default(0),
  id: z.string().min(1).default('synthetic'),
  /** Name of the target channel. */
  channel: z.string().min(1).default('y'),
  level: z.number().default(0),
  /** Slope per step, in the unit of the values. */
  slope: z.number().default(0),
  seasonalities: z.array(seasonalitySchema).readonly().default([]),
  noise: noiseSchema.prefault({}),
  /** Each with a name of its own; the default name is the kind. */
  structures: z
    .array(structureSchema)
    .readonly()
    .default([])
    .refine(
      (given) => new Set(given.map(({ name }) => name)).size === given.length,
      'structures with distinct names',
    ),
  /** Channels with the same signal and correlated noise, but nothing planted: for interventions to be judged by. */
  controls: z
    .strictObject({
      /** They are named `control-1`, `control-2`, and so on. */
      count: z.int().nonnegative().default(0),
      /** Correlation of a control’s noise with the base noise. */
      correlation: z.number().min(-1).max(1).default(0.9),
    })
    .prefault({}),
});

export type SyntheticSeriesOptions = z.input<typeof schema>;
export type ResolvedSyntheticSeriesOptions = Readonly<z.output<typeof schema>>;

export interface SyntheticSeries {
  readonly frame: SeriesFrame;
  readonly truth: SyntheticTruth;
  /** With defaults; given again, they make the same series. */
  readonly options: ResolvedSyntheticSeriesOptions;
}

/**
 * A synthetic series and its truth. The same options give the same series; a part draws from the key of its name, so
 * other structures can be added or removed without moving it.
 *
 * @throws TesseraError OPTIONS_INVALID, PLAN_IMPOSSIBLE, FREQUENCY_UNKNOWN, TIME_OFF_GRID, FRAME_INVALID
 */
export function syntheticSeries(options: SyntheticSeriesOptions): SyntheticSeries {
  const resolved = parseOptions(schema, options, 'syntheticSeries');
  const key = randomKey(resolved.seed);
  const { noise } = resolved;
  const time = timeAxis(resolved);

  // 1. What is there before anything is planted.
  const base = drawBase(key, resolved);

  // 2. Structures that act on values.
  const contextOf = (name: string) => ({
    key: namedKey(namedKey(key, 'structures'), name),
    time,
    noiseSd: noise.sd,
  });
  const onValues: PlantedValueStructure[] = [];
  for (const each of resolved.structures) {
    if (each.kind !== 'missingness') onValues.push(plantValueStructure(each, contextOf(each.name)));
  }

  // 3. What is not observed of them.
  const { complete } = compose(base, onValues);
  const structures: PlantedStructure[] = [...onValues];
  for (const each of resolved.structures) {
    if (each.kind === 'missingness') structures.push(plantMissingness(each, contextOf(each.name), complete));
  }

  // 4. The frame and its truth.
  const composed = compose(base, structures);
  const controls = drawControls(key, resolved, base);
  const channels: ChannelOptions[] = [
    { name: resolved.channel, values: composed.complete, observed: composed.observed },
    ...controls.map(controlChannel),
  ];
  const frame = new SeriesFrame({
    id: resolved.id,
    time,
    channels,
    interventions: interventionsOf(onValues, time),
  });
  return { frame, truth: { ...composed, base, noiseSd: noise.sd, structures, controls }, options: resolved };
}

function timeAxis({ frequency, start, length }: ResolvedSyntheticSeriesOptions): TimeAxis {
  const step = parseFrequency(frequency);
  return regularTimeAxis({ start: start ?? addSteps(firstMonday, step, 0), frequency: step, length });
}

/** 2001-01-01, a Monday, so that weeks, months and years begin on it. */
const firstMonday = Date.UTC(2001, 0, 1);

function drawBase(key: Key, options: ResolvedSyntheticSeriesOptions): SyntheticBase {
  const { length, level, slope, seasonalities, noise } = options;
  return {
    trend: Float64Array.from({ length }, (_, t) => level + slope * t),
    seasonalities: seasonalities.map((each, i) =>
      drawSeasonality(namedStream(key, `seasonality ${i}`), length, each),
    ),
    noise: drawNoise(namedStream(key, 'noise'), length, noise),
  };
}

/** Noise of the same sd and autocorrelation, which correlates with that of the base as asked. */
function drawControls(
  key: Key,
  { length, noise, controls }: ResolvedSyntheticSeriesOptions,
  base: SyntheticBase,
): ControlTruth[] {
  const { count, correlation } = controls;
  const ownShare = Math.sqrt(1 - correlation ** 2);
  const { signal } = compose(base, []);
  return Array.from({ length: count }, (_, i) => {
    const name = `control-${i + 1}`;
    const own = drawNoise(namedStream(key, name), length, noise);
    return { name, signal, noise: own.map((value, t) => correlation * base.noise[t] + ownShare * value) };
  });
}

function controlChannel({ name, signal, noise }: ControlTruth): ChannelOptions {
  return { name, role: 'past', values: signal.map((value, t) => value + noise[t]) };
}

function interventionsOf(structures: readonly PlantedValueStructure[], time: TimeAxis): Intervention[] {
  return structures.flatMap((each) => {
    if (each.kind !== 'intervention') return [];
    const { name } = each;
    return each.events.map(({ start, end }) => {
      const begins = { name, time: time.timeAt(start) };
      return end === time.length ? begins : { ...begins, end: time.timeAt(end) };
    });
  });
}
