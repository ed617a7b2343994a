/**
 * Events that the caller knows, as structures: those of the options and the interventions of the frame. They join what detectors found,
 * or take the place of all detected structures of their kinds. Statistics are left to the checks.
 */
import { type SeriesFrame, TesseraError } from '@tessera/core';
import type { Structure } from '../structures/structure.js';
import type { LabelledEvent } from './audit-options.js';

/** @throws TesseraError RANGE_INVALID where an event does not lie in the series; CHANNEL_UNKNOWN */
export function labelledEvents(
  frame: SeriesFrame,
  channel: string,
  events: readonly LabelledEvent[],
  threshold: number,
): Structure[] {
  const unknown = events.find(
    (event) => event.channel !== undefined && !frame.targets.some(({ name }) => name === event.channel),
  );
  if (unknown !== undefined) {
    throw new TesseraError({
      code: 'CHANNEL_UNKNOWN',
      argument: `event of kind ${unknown.kind}`,
      expected: `a channel of series "${frame.id}": ${frame.targets.map(({ name }) => name).join(', ')}`,
      found: String(unknown.channel),
      wayOut: 'Name a channel that is audited, or none for all of them',
    });
  }
  const given = events
    .filter((event) => event.channel === undefined || event.channel === channel)
    .map((event) => ({ ...event, end: event.end ?? event.start + 1 }));
  for (const { kind, start, end } of given) {
    if (start < end && end <= frame.length) continue;
    throw new TesseraError({
      code: 'RANGE_INVALID',
      argument: `event of kind ${kind}`,
      expected: `a half-open range within [0, ${frame.length})`,
      found: `[${start}, ${end})`,
      wayOut: 'Give the first step and the first step after it',
    });
  }
  const interventions = frame.interventions.flatMap(({ time, end }) => {
    const start = frame.time.countBefore(time);
    const last = end === undefined ? frame.length : frame.time.countBefore(end);
    // One before the first step, or after the last, has no two sides to compare.
    return start > 0 && start < last ? [{ kind: 'intervention' as const, start, end: last }] : [];
  });
  return [...given, ...interventions].map(({ kind, start, end }) => ({
    kind,
    channel,
    start,
    end,
    statistic: Number.NaN,
    threshold,
    scale: Number.NaN,
    detector: 'given',
    pValue: Number.NaN,
    details: {},
  }));
}

/**
 * Given and detected structures together, each place once: of two detected structures of one kind that overlap the first stays, and
 * none stays within `margin` steps of a given one.
 */
export function joinStructures(
  detected: readonly Structure[],
  given: readonly Structure[],
  mode: 'add' | 'replace',
  margin: number,
): Structure[] {
  const replaced = new Set(mode === 'replace' ? given.map(({ kind }) => kind) : []);
  const joined: Structure[] = [...given];
  const lastEnd = new Map<string, number>();
  const sorted = [...detected].sort((a, b) => a.start - b.start || a.end - b.end);
  for (const structure of sorted) {
    const { kind, start, end } = structure;
    if (replaced.has(kind)) continue;
    const isKnown = given.some(
      (event) => event.kind === kind && start < event.end + margin && end > event.start - margin,
    );
    // Every pattern of missing values of a channel spans it: they do not exclude each other.
    const isRepeated = kind !== 'missingness' && start < (lastEnd.get(kind) ?? 0);
    if (isKnown || isRepeated) continue;
    lastEnd.set(kind, end);
    joined.push(structure);
  }
  return joined.sort((a, b) => a.start - b.start || a.end - b.end);
}
