/** What a forecaster did to data or could not do with it: nothing is filled, skipped or widened without one of these. */

export const noteKinds = [
  'missing-skipped',
  'interpolated',
  'looked-back',
  'few-residuals',
  'residuals-stretched',
  'residuals-pooled',
  'covariates-ignored',
  'model-simplified',
  'fit-restarted',
  'history-shortened',
  'threads-shared',
] as const;

export interface FitNote {
  readonly kind: (typeof noteKinds)[number];
  /** Series it concerns; absent where it concerns all. */
  readonly id?: string;
  /** Target channel it concerns; absent where it concerns all. */
  readonly channel?: string;
  /** Steps, values, levels, channels or threads concerned. */
  readonly count: number;
  /** One sentence for a person. */
  readonly detail: string;
}

/** Counts what was done to the data of one channel; a count of 0 is no note. */
export type TakeNote = (kind: FitNote['kind'], count: number, detail: string) => void;
