/** From the dated events of a card to the known interventions of a frame. */
import type { Intervention } from '@tessera/core';
import type { DatasetCard } from './dataset-card.js';

/** The events of kind `intervention` that touch series `id`, in order of time. */
export function cardInterventions(card: DatasetCard, id: string): Intervention[] {
  return card.events
    .filter(({ kind, series }) => kind === 'intervention' && (series === undefined || series.includes(id)))
    .map(({ name, start, end }) => ({
      name,
      time: Date.parse(start),
      ...(end === undefined ? {} : { end: Date.parse(end) }),
    }))
    .sort((a, b) => a.time - b.time);
}
