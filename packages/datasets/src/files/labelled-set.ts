/** Series with what people say about them. The labels stand beside the frames, never in them: no model may see them. */
import type { SeriesSet } from '@tessera/core';

export interface LabelledSet<Label> {
  readonly set: SeriesSet;
  /** By series id; a series that nobody labelled has no entry. */
  readonly labels: ReadonlyMap<string, Label>;
}
