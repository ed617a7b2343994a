/** What every task of the patching suite comes down to: series to fit, windows to judge by, and what is known of their events. */
import type { SeriesSet } from '@tessera/core';
import type { LabelledEvent } from '@tessera/patching/preservation';

/** What is known of the events in the lookback of a window. */
export interface WindowEvents {
  /** Steps are counted from the start of the window. */
  readonly events: readonly LabelledEvent[];
  /** The lookback with nothing but these events and the noise, where that is known; shape `[L]`. */
  readonly alone?: Float64Array;
}

export interface PatchingSplit {
  /** What is fitted, with what the training is told of it. */
  readonly fit: SeriesSet;
  readonly training: {
    readonly validation: 'ends' | 'series';
    readonly validationShare: number;
    /** Fewest steps of history: all of the lookback. */
    readonly history: number;
  };
  /** Windows of `lookback + horizon` steps, one frame of one channel each, in the part that no update saw. */
  readonly validation: SeriesSet;
  readonly test: SeriesSet;
  /** First step of the event that decides a window’s future, by id, for windows of all three sets; empty where none is known. */
  readonly deciding: ReadonlyMap<string, number>;
  /** Of the test windows that hold one, by id. */
  readonly events: ReadonlyMap<string, WindowEvents>;
  /** Mean squared error of who knows the event, where it is known. */
  readonly oracle?: number;
}
