/**
 * Where a backtest cuts a series. Origins are counted back from the end, so that the last window of every series ends
 * with its last step. Pure arithmetic on lengths: knows no values and no forecasters.
 *
 *   |-------- training [from, cut) --------|-- gap --|---- horizon ----|··· later windows ···|
 */
import { TesseraError } from '@tessera/core';

/** One origin of one series. */
export interface Cut {
  /** 0 for the oldest window of a series that is long enough for all of them; the last is the same for all series. */
  readonly window: number;
  /** First training step. */
  readonly from: number;
  /** First step that may not be seen. */
  readonly cut: number;
}

/** The part of the backtest options that decides where the cuts lie. */
export interface OriginOptions {
  readonly horizon: number;
  readonly windows: number;
  readonly step: number;
  readonly gap: number;
  readonly strategy: 'expanding' | { readonly sliding: number };
}

export interface Origins {
  readonly cuts: readonly Cut[];
  /** Windows for which the series is too short. */
  readonly missing: readonly number[];
}

/** The cuts of a series of `length` steps, oldest first. O(windows). */
export function planOrigins(length: number, options: OriginOptions): Origins {
  const { windows, strategy } = options;
  const cuts: Cut[] = [];
  const missing: number[] = [];
  for (let window = 0; window < windows; window++) {
    if (length < stepsNeeded(window, options)) {
      missing.push(window);
      continue;
    }
    const cut = length - stepsAfterCut(window, options);
    cuts.push({ window, cut, from: strategy === 'expanding' ? 0 : cut - strategy.sliding });
  }
  return { cuts, missing };
}

/** The shortest series that has this window: one training step, or a full sliding range, before it. */
export function stepsNeeded(window: number, options: OriginOptions): number {
  const training = options.strategy === 'expanding' ? 1 : options.strategy.sliding;
  return training + stepsAfterCut(window, options);
}

function stepsAfterCut(window: number, { horizon, gap, windows, step }: OriginOptions): number {
  return gap + horizon + (windows - 1 - window) * step;
}

/** The error of a window that a series is too short for. */
export function horizonTooLong(
  id: string,
  length: number,
  window: number,
  options: OriginOptions,
): TesseraError {
  const { horizon, gap, windows, step, strategy } = options;
  const parts = [
    strategy === 'expanding' ? '1 training step' : `${strategy.sliding} training steps`,
    ...(gap === 0 ? [] : [`a gap of ${gap}`]),
    `a horizon of ${horizon}`,
    ...(window === windows - 1 ? [] : [`${windows - 1 - window} later origins ${step} apart`]),
  ];
  return new TesseraError({
    code: 'HORIZON_TOO_LONG',
    argument: `series "${id}", window ${window + 1} of ${windows}`,
    expected: `at least ${stepsNeeded(window, options)} steps (${parts.join(' + ')})`,
    found: `${length} steps`,
    wayOut: 'Shorten the horizon, ask for fewer windows, or leave the series out',
  });
}
