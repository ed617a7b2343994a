/**
 * The three forms in which a caller says what survives patching: a summary of each patch, a reconstruction of the whole
 * series, or the tokens of an encoder. A summary or reconstruction is judged by its values, an encoder by counterfactuals.
 */

/** Summaries that Tessera knows, with the noise that each leaves. */
export const summaryNames = ['identity', 'mean', 'linear', 'first-last', 'min-max-first-last'] as const;
export type SummaryName = (typeof summaryNames)[number];

/** A summary of the caller’s own. */
export interface PatchSummary {
  readonly name: string;
  /** The figures of one patch from its values, NaN where missing; it may change its argument, which is a copy. */
  readonly summarise: (values: Float64Array) => ArrayLike<number>;
  /**
   * One value per step from the figures. Without it the figures are judged like tokens: by how far they move when a structure is
   * taken out of the patch.
   */
  readonly rebuild?: (figures: ArrayLike<number>, length: number) => ArrayLike<number>;
}

/** What a model’s decoder draws, by channel name; each of the series’ length, NaN where nothing survives. */
export interface Reconstruction {
  readonly reconstruction: Readonly<Record<string, Float64Array>>;
}

/** The tokens of a window, in order of time. */
export type Tokens = readonly ArrayLike<number>[];

/** An encoder, seen from outside. */
export interface LatentView {
  /**
   * The tokens of a window of values, NaN where missing; it may change its argument, which is a copy.
   *
   * @param start step of the series at which the window begins
   */
  readonly encode: (window: Float64Array, start: number) => Tokens;
  /** Least number of steps of a window; windows end where patches end. Default 512. */
  readonly window?: number;
}

export type Survives = SummaryName | PatchSummary | Reconstruction | LatentView;

export function isLatentView(survives: Survives): survives is LatentView {
  return typeof survives === 'object' && 'encode' in survives;
}

export function isReconstruction(survives: Survives): survives is Reconstruction {
  return typeof survives === 'object' && 'reconstruction' in survives;
}

/** How a report names the form. */
export function nameOfSurvival(survives: Survives): string {
  if (typeof survives === 'string') return survives;
  if (isLatentView(survives)) return 'latent';
  return isReconstruction(survives) ? 'reconstruction' : survives.name;
}
