/** Windows with random cuts, and embeddings of them on an engine or by the reference. */

import * as tf from '@tensorflow/tfjs-core';
import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { type Engine, type NdArray, ndArray } from '@tessera/core/engine';
import { initializeParams, type ParamLayout, planParams, readParams } from '@tessera/core/nn';
import {
  applyEmbedding,
  type EmbeddingConfig,
  planEmbedding,
  preparePatches,
} from '../../../src/patch/embeddings/index.js';
import { type PlainParam, type PlainWindow, tokenOf } from './embedding-reference.js';

export const width = 6;

export interface EmbeddingCase {
  readonly config: EmbeddingConfig;
  readonly windows: readonly PlainWindow[];
  readonly ends: readonly Uint32Array[];
  readonly maxPatches: number;
  readonly layout: ParamLayout;
  readonly flat: Float32Array;
}

/** Ends of `count` patches of at most `longest` steps. */
export function randomEnds(
  stream: RandomStream,
  lookback: number,
  count: number,
  longest = lookback,
): Uint32Array {
  const ends: number[] = [];
  let start = 0;
  for (let left = count; left > 0; left--) {
    // What is left must fit into the patches that are left, with at least one step for each.
    const least = Math.max(1, lookback - start - longest * (left - 1));
    const most = Math.min(longest, lookback - start - (left - 1));
    start += left === 1 ? lookback - start : stream.integer(least, most + 1);
    ends.push(start);
  }
  return Uint32Array.from(ends);
}

/** A case by seed: three windows of 45 steps, a fifth of them missing, the second window with fewer patches. */
export function embeddingCase(
  config: EmbeddingConfig,
  {
    seed = 1,
    rows = 0,
    maxPatches = 7,
    lookback = 45,
  }: {
    readonly seed?: number;
    readonly rows?: number;
    readonly maxPatches?: number;
    readonly lookback?: number;
  } = {},
): EmbeddingCase {
  const stream = new RandomStream(foldIn(randomKey(seed), 1));
  const row = () =>
    Array.from({ length: lookback }, () => {
      const value = stream.normal();
      return stream.uniform() < 0.2 ? Number.NaN : value;
    });
  const windows = Array.from({ length: 3 }, () => ({
    target: row(),
    beside: Array.from({ length: rows }, row),
  }));
  const longest = config.kind === 'flatten' ? config.patchLength : lookback;
  const ends = windows.map((_, i) =>
    randomEnds(stream, lookback, i === 1 ? maxPatches - 2 : maxPatches, longest),
  );
  const layout = planParams((root) => planEmbedding(root, config, width, rows));
  const flat = initializeParams(layout, foldIn(randomKey(seed), 2));
  return { config, windows, ends, maxPatches, layout, flat };
}

/** Numbers of rows, with `garbage` where there are none, and their mask. */
export function masked(rows: readonly (readonly number[])[], garbage = 0) {
  const all = rows.flat();
  return {
    values: Float32Array.from(all, (value) => (Number.isNaN(value) ? garbage : value)),
    mask: Float32Array.from(all, (value) => (Number.isNaN(value) ? 0 : 1)),
  };
}

/** What a model is fed of a case. */
export function arraysOf(each: EmbeddingCase, garbage = 0): Record<string, NdArray> {
  const { config, windows, ends, maxPatches } = each;
  const batch = windows.length;
  const lookback = windows[0].target.length;
  const { values, mask } = masked(
    windows.map(({ target }) => target),
    garbage,
  );
  const rows = windows[0].beside.length;
  const beside =
    rows === 0
      ? undefined
      : {
          rows,
          ...masked(
            windows.flatMap((window) => window.beside),
            garbage,
          ),
        };
  return {
    values: ndArray(values, [batch, lookback]),
    mask: ndArray(mask, [batch, lookback]),
    ...preparePatches(values, mask, lookback, ends, maxPatches, config, beside),
  };
}

/** Tokens on an engine, shape `[B, N, D]`. */
export async function tokensOn(
  engine: Engine,
  { config, layout, flat }: EmbeddingCase,
  arrays: Record<string, NdArray>,
): Promise<NdArray> {
  const compiled = engine.compile((params: tf.Tensor, given: Record<string, tf.Tensor>) =>
    applyEmbedding(readParams(layout, params), given, config),
  );
  const held = await compiled(ndArray(flat), arrays);
  const tokens = await held.read();
  held.dispose();
  compiled.dispose();
  return tokens;
}

/** Weight of an element of the tokens in the sum that is differentiated, so that each has its own slope. */
const weightOf = (i: number) => Math.sin(i + 1);

/** Slopes of a weighted sum of the tokens by parameter. */
export async function slopesOn(
  engine: Engine,
  { config, layout, flat }: EmbeddingCase,
  arrays: Record<string, NdArray>,
): Promise<NdArray> {
  const compiled = engine.compile((params: tf.Tensor, given: Record<string, tf.Tensor>) =>
    tf.grad((all: tf.Tensor) => {
      const tokens = applyEmbedding(readParams(layout, all), given, config);
      const weights = Float32Array.from({ length: tokens.size }, (_, i) => weightOf(i));
      return tf.sum(tf.mul(tokens, tf.tensor(weights, tokens.shape)));
    })(params),
  );
  const held = await compiled(ndArray(flat), arrays);
  const slopes = await held.read();
  held.dispose();
  compiled.dispose();
  return slopes;
}

/** Tokens by the reference, with zeros for padding. */
export function tokensByReference(each: EmbeddingCase, flat: ArrayLike<number> = each.flat): number[] {
  const params = new Map<string, PlainParam>(
    each.layout.entries.map(({ path, shape, offset, size }) => [
      path,
      { shape, data: Array.from({ length: size }, (_, i) => flat[offset + i]) },
    ]),
  );
  const lookup = (path: string) => {
    const found = params.get(path);
    if (found === undefined) throw new Error(`no parameter ${path}`);
    return found;
  };
  return each.windows.flatMap((window, i) =>
    Array.from({ length: each.maxPatches }, (_, n) => {
      const end = each.ends[i][n];
      if (end === undefined) return new Array<number>(width).fill(0);
      return tokenOf(window, n === 0 ? 0 : each.ends[i][n - 1], end, each.config, lookup);
    }).flat(),
  );
}

/** Slope of the weighted sum by one parameter from central differences of the reference, in double precision. */
export function slopeByReference(each: EmbeddingCase, index: number): number {
  const step = 1e-6;
  const at = (shift: number) => {
    const moved = Float64Array.from(each.flat);
    moved[index] += shift;
    return tokensByReference(each, moved).reduce((sum, value, i) => sum + weightOf(i) * value, 0);
  };
  return (at(step) - at(-step)) / (2 * step);
}
