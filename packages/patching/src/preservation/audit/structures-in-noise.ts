/**
 * The level, season, noise and memory of one channel, and which of the structures found in it stand out of them. A few large structures look like
 * memory, and memory like structures: so what is judged in the longer memory is believed, and memory is measured again between.
 */
import { Patches } from '../../patches/index.js';
import { type CheckContext, checkSettings, observedCount } from '../checks/check-context.js';
import { NeighbourForecast } from '../checks/neighbour-forecast.js';
import type { Structure } from '../structures/structure.js';
import { isRemembering, type NoiseMemory, noMemory } from '../surviving/noise-memory.js';
import { noiseScale } from '../surviving/noise-scale.js';
import { seasonalLevel } from '../surviving/seasonal-level.js';
import type { SeriesNoise } from '../surviving/series-noise.js';
import { survivingOf } from '../surviving/surviving-of.js';
import { typicalMemory } from '../surviving/typical-memory.js';
import type { ResolvedAuditOptions } from './audit-options.js';
import { type SiftedStructures, siftStructures, type WithoutSeason } from './sift-structures.js';

export interface StructuresInNoise {
  readonly judged: SiftedStructures;
  /** Local level without the spikes, around the season where there is one, shape `[T]`. */
  readonly level: Float64Array;
  readonly noise: SeriesNoise;
  /** Of what lies around the season, between the changes. */
  readonly memory: NoiseMemory;
  readonly neighbours: NeighbourForecast | undefined;
}

/**
 * O(T) and the checks of the changes.
 *
 * @param found by detectors, and known events
 * @param season its usual season
 * @param rest the channel less that; itself without one
 * @throws TesseraError OPERATION_ABORTED
 */
export async function structuresInNoise(
  channel: string,
  raw: Float64Array,
  found: readonly Structure[],
  season: Float64Array | undefined,
  rest: Float64Array,
  options: ResolvedAuditOptions,
  signal: AbortSignal | undefined,
): Promise<StructuresInNoise> {
  const spikes = found.filter(({ kind }) => kind === 'spike');
  const { level, levelOfRest, isSeasonal } = seasonalLevel(raw, spikes, season);
  const whole: WithoutSeason = { values: rest, level: levelOfRest };
  const breaks = found.filter(({ kind }) => kind === 'variance-change').map(({ start }) => start);
  const noise = noiseScale(raw, level, breaks);
  // One scale for all: that of a short window of one detector is too uncertain to hold a threshold against.
  const scaled = found.map((each) =>
    each.kind === 'spike' ? { ...each, scale: noise.at(each.start) } : each,
  );
  const patches = Patches.fromEnds([raw.length], raw.length);
  const surviving = survivingOf('identity', channel, raw, level, patches);
  const settings = checkSettings(options);
  const observed = observedCount(raw);
  const given = { channel, raw, level, surviving, patches, observed, settings };

  // A level that holds the season leaves nothing of it to be foretold; one that does not leaves all of it.
  const seasonal = season === undefined || isSeasonal ? undefined : (typicalMemory(raw) ?? noMemory);
  const seen = isSeasonal ? whole : { values: raw, level };
  const siftIn = async (memory: NoiseMemory) => {
    const neighbours = NeighbourForecast.of(seen.values, seen.level, seasonal ?? memory, breaks);
    const context: CheckContext = { ...given, memory, neighbours };
    const judged = await siftStructures(scaled, context, whole, options.falseDiscoveryRate, signal);
    return { memory, neighbours, judged };
  };
  let sifted = await siftIn(typicalMemory(rest) ?? noMemory);
  if (isRemembering(sifted.memory)) {
    const { structures, rest: between } = sifted.judged;
    const memory = typicalMemory(between.values, edgesOf(structures));
    if (memory !== undefined && memory.lag1 < sifted.memory.lag1) sifted = await siftIn(memory);
  }
  return { ...sifted, level, noise };
}

/** Steps at which the level or slope changes, ascending. */
function edgesOf(structures: readonly Structure[]): number[] {
  return structures
    .flatMap(({ kind, start, end }) => {
      if (kind === 'mean-change' || kind === 'trend-change' || kind === 'intervention') return [start];
      return kind === 'rare-regime' ? [start, end] : [];
    })
    .sort((a, b) => a - b);
}
