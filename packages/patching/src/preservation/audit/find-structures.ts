/** All structures of one channel: what the chosen detectors find and what the caller knows, with one frozen scale. */
import { seasonOf, TesseraError, type TimeAxis } from '@tessera/core';
import type { Course } from '../checks/without-course.js';
import type { DetectionSummary, Skipped } from '../report/report-schema.js';
import type { Structure } from '../structures/structure.js';
import { noiseScale } from '../surviving/noise-scale.js';
import { seasonalLevel } from '../surviving/seasonal-level.js';
import type { SeriesNoise } from '../surviving/series-noise.js';
import type { ResolvedAuditOptions } from './audit-options.js';
import { type DetectorName, detectorOf } from './detector-table.js';
import { joinStructures } from './labelled-events.js';
import { pause } from './pause.js';

export interface FoundStructures {
  readonly structures: readonly Structure[];
  readonly detections: readonly DetectionSummary[];
  readonly skipped: readonly Skipped[];
  /** Resolved options by detector. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Local level without the spikes, around the season where there is one, shape `[T]`. */
  readonly level: Float64Array;
  readonly noise: SeriesNoise;
  /** What the channel does whatever happens, where that is known. */
  readonly course?: Course;
}

/**
 * Runs detectors over one channel. A detector that cannot judge, or fails with a coded error, is told of and never counts as one
 * that found nothing; one whose options are wrong stops the audit.
 *
 * @throws TesseraError OPTIONS_INVALID, OPERATION_ABORTED
 */
export async function findStructures(
  channel: string,
  raw: Float64Array,
  time: TimeAxis | undefined,
  names: readonly DetectorName[],
  given: readonly Structure[],
  options: ResolvedAuditOptions,
  signal: AbortSignal | undefined,
): Promise<FoundStructures> {
  const detected: Structure[] = [];
  const detections: DetectionSummary[] = [];
  const skipped: Skipped[] = [];
  const settings: Record<string, unknown> = {};
  for (const name of names) {
    await pause(signal);
    try {
      for (const detection of detectorOf(name)(channel, raw, options.detectorOptions[name] ?? {}, time)) {
        const { detector, status, structures, reason } = detection;
        settings[detector] = detection.options;
        detected.push(...structures);
        detections.push({ detector, channel, status, structures: structures.length });
        if (reason !== undefined) skipped.push({ check: detector, channel, reason });
      }
    } catch (error) {
      if (!TesseraError.is(error) || error.code === 'OPTIONS_INVALID') throw error;
      detections.push({ detector: name, channel, status: 'not-assessable', structures: 0 });
      skipped.push({ check: name, channel, reason: error.message });
    }
  }
  const structures = joinStructures(detected, given, options.eventsMode, options.margin);
  const season = options.season ?? (time === undefined ? 1 : seasonOf(time));
  const level = seasonalLevel(
    raw,
    structures.filter(({ kind }) => kind === 'spike'),
    season,
  );
  const breaks = structures.filter(({ kind }) => kind === 'variance-change').map(({ start }) => start);
  const noise = noiseScale(raw, level, breaks);
  // One scale for all: that of a short window of one detector is too uncertain to hold a threshold against.
  const frozen = structures.map((each) =>
    each.kind === 'spike' ? { ...each, scale: noise.at(each.start) } : each,
  );
  return { structures: frozen, detections, skipped, settings, level, noise };
}
