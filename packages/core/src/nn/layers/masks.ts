/**
 * Who may look at whom, as biases that are added to the scores of attention. A mask hides what is finite and of sensible size;
 * a NaN would pass through any bias, so what was not observed is cleared by `zeroUnobserved` before it enters a layer.
 */
import {
  cast,
  expandDims,
  greater,
  less,
  minimum,
  mul,
  range,
  reshape,
  sub,
  type Tensor,
  tensor,
  where,
} from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';

/**
 * The bias of a hidden key. Softmax gives it a weight of exactly 0 beside any visible one, as scores of models lie within
 * thousands. Minus infinity would make a row of hidden keys NaN; with this number such a row is finite and means nothing.
 */
export const hiddenScore = -1e9;

/**
 * Hides later steps. The last query stands beside the last key, so queries that continue a longer memory see all of it.
 *
 * @param keys default as many as queries
 * @returns shape `[queries, keys]`
 */
export function causalBias(queries: number, keys = queries): Tensor {
  return localBias(queries, keys, { before: keys + queries, after: 0 });
}

/** Steps around a query that it may see, itself apart. */
export interface LocalWindow {
  readonly before: number;
  /** Default 0, which is causal. */
  readonly after?: number;
}

/** Hides what lies outside a window around each query; the last query stands beside the last key. @returns shape `[queries, keys]` */
export function localBias(queries: number, keys: number, { before, after = 0 }: LocalWindow): Tensor {
  const data = new Float32Array(queries * keys);
  for (let i = 0; i < queries; i++) {
    const place = i + keys - queries;
    for (let j = 0; j < keys; j++) {
      if (j < place - before || j > place + after) data[i * keys + j] = hiddenScore;
    }
  }
  return tensor(data, [queries, keys]);
}

/** Hides keys that were not observed. @param observed 1 or 0, shape `[B, M]` @returns shape `[B, 1, 1, M]`, for all heads and queries */
export function paddingBias(observed: Tensor): Tensor {
  const [batch = 0, keys = 0] = observed.shape;
  return reshape(mul(sub(observed, 1), -hiddenScore), [batch, 1, 1, keys]);
}

/** 1 for the first steps of each window up to its length, else 0. @param lengths shape `[B]` @returns shape `[B, steps]` */
export function lengthMask(lengths: Tensor, steps: number): Tensor {
  const places = reshape(range(0, steps, 1, 'float32'), [1, steps]);
  return cast(less(places, reshape(cast(lengths, 'float32'), [-1, 1])), 'float32');
}

/** Hides what any of the biases hides. @returns their broadcast shape */
export function combineBiases(first: Tensor, ...rest: readonly Tensor[]): Tensor {
  return rest.reduce((lowest, each) => minimum(lowest, each), first);
}

/**
 * x with zeros where it was not observed, NaN and infinities included; no gradient flows there.
 *
 * @param x shape `[B, T, C]`
 * @param observed 1 or 0, shape `[B, T]` for whole steps or that of x
 */
export function zeroUnobserved(x: Tensor, observed: Tensor): Tensor {
  invariant(observed.rank === 2 || observed.rank === x.rank, 'a mask has the axes of steps or of elements');
  const seen = greater(observed.rank === x.rank ? observed : expandDims(observed, -1), 0.5);
  return where(seen, x, 0);
}
