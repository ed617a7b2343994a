/** All structures of one channel: what the chosen detectors find and what the caller knows, with one frozen scale. */
import { seasonOf, TesseraError, type TimeAxis } from '@tessera/core';
import type { Course } from '../checks/without-course.js';
import type { DetectionSummary, Skipped } from '../report/report-schema.js';
import type { Structure } from '../structures/structure.js';
import { usualSeason, withoutSeason } from '../surviving/usual-season.js';
import type { ResolvedAuditOptions } from './audit-options.js';
import { type DetectorName, detectorOf, isOfChanges } from './detector-table.js';
import { joinStructures } from './labelled-events.js';
import { pause } from './pause.js';
import type { SiftedStructures } from './sift-structures.js';
import { type StructuresInNoise, structuresInNoise } from './structures-in-noise.js';

export interface FoundStructures extends Omit<StructuresInNoise, 'judged'>, SiftedStructures {
  readonly detections: readonly DetectionSummary[];
  /** Steps of the season that was looked for; 1 for none. */
  readonly period: number;
  /** Resolved options by detector. */
  readonly settings: Readonly<Record<string, unknown>>;
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
  const period = options.season ?? (time === undefined ? 1 : seasonOf(time));
  const season = usualSeason(raw, period);
  const rest = withoutSeason(raw, season);
  for (const name of names) {
    const seen = isOfChanges(name) ? rest : raw;
    await pause(signal);
    try {
      for (const detection of detectorOf(name)(channel, seen, options.detectorOptions[name] ?? {}, time)) {
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
  const joined = joinStructures(detected, given, options.eventsMode, options.margin);
  const { judged, ...found } = await structuresInNoise(channel, raw, joined, season, rest, options, signal);
  return { ...found, ...judged, period, detections, skipped: [...skipped, ...judged.skipped], settings };
}
