/**
 * What a series holds that patches may erase: a spike, a change point, a regime, a pattern of missing values or the effect of an
 * intervention, with the figure that made a detector, or a person, name it. Found on the raw series only: the scale and threshold
 * kept here are frozen and later applied to what survives, because a noise estimate of a smoothed series makes an erased spike
 * look preserved.
 */

export const structureKinds = [
  'spike',
  'mean-change',
  'trend-change',
  'variance-change',
  'regime',
  'rare-regime',
  'gap',
  'missingness',
  'intervention',
] as const;
export type StructureKind = (typeof structureKinds)[number];

/** What happens at one step and lasts; told from the series less its season. */
export const changeKinds = ['mean-change', 'trend-change', 'variance-change'] as const;

export function isChangeKind(kind: StructureKind): kind is (typeof changeKinds)[number] {
  return changeKinds.some((each) => each === kind);
}

export interface Structure {
  readonly kind: StructureKind;
  /** Name of the channel it was found in. */
  readonly channel: string;
  /** First step. */
  readonly start: number;
  /** First step after it; `start + 1` for what happens at one step. A change at `start` has its first new step there. */
  readonly end: number;
  /** The figure it was found by, in units of `scale` where there is one; signed where direction has a meaning. */
  readonly statistic: number;
  /** What the size of the statistic had to reach. */
  readonly threshold: number;
  /** One unit of the statistic in the unit of the channel, frozen on the raw series. 1 where the statistic has no such unit. */
  readonly scale: number;
  /** Name of the detector, or `given` for a labelled event. */
  readonly detector: string;
  /** p-value of the statistic under the detector’s own null; NaN where it has none. */
  readonly pValue: number;
  /** Further figures by name, e.g. level and slope of an intervention with their standard errors. */
  readonly details: Readonly<Record<string, number>>;
}
