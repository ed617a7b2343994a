/** The note of forecasters that see targets alone. */
import type { SeriesSet } from '@tessera/core';
import type { FitNote } from './fit-note.js';

/** Many forecasters use the targets alone; what else a set holds is named, not silently left out. */
export function covariateNotes(set: SeriesSet, name: string): FitNote[] {
  const ignored = new Set<string>();
  for (const frame of set.frames) {
    for (const channel of frame.channels) if (channel.role !== 'target') ignored.add(channel.name);
  }
  if (ignored.size === 0) return [];
  const detail = `${name} forecasts targets from their own past; it does not use ${[...ignored].join(', ')}.`;
  return [{ kind: 'covariates-ignored', count: ignored.size, detail }];
}
