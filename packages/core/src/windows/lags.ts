/** Earlier values of a channel beside each step, as regressors. What was not observed stays missing. */
import { TesseraError } from '../errors/tessera-error.js';
import type { Channel } from '../frames/channel.js';

/** Shapes: T steps, K lags. */
export interface LagMatrix {
  readonly lags: readonly number[];
  /** Shape `[T, K]`, row by row: at `t * K + k` the value `lags[k]` steps before `t`; NaN where there is none. */
  readonly values: Float64Array;
  /** Shape `[T, K]`; 1 where the earlier value was observed. */
  readonly observed: Uint8Array;
}

/**
 * The lagged values of a channel, in O(T K).
 *
 * @param lags whole numbers of steps back, at least 0; negative ones would show the future
 * @throws TesseraError OPTIONS_INVALID
 */
export function lagMatrix(source: Channel, lags: readonly number[]): LagMatrix {
  const wrong = lags.find((lag) => !Number.isSafeInteger(lag) || lag < 0);
  if (lags.length === 0 || wrong !== undefined) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'lags',
      expected: 'at least one whole number of steps back, none of them negative',
      found: wrong === undefined ? 'none' : String(wrong),
      wayOut: 'Give lags such as 1, 7, 28',
    });
  }
  const length = source.values.length;
  const width = lags.length;
  const values = new Float64Array(length * width).fill(Number.NaN);
  const observed = new Uint8Array(length * width);
  lags.forEach((lag, k) => {
    for (let t = lag; t < length; t++) {
      if (source.observed[t - lag] === 0) continue;
      values[t * width + k] = source.values[t - lag];
      observed[t * width + k] = 1;
    }
  });
  return { lags: Object.freeze([...lags]), values, observed };
}
