/**
 * Uniform patches as tokens: full raw values and masks of the target and of the rows beside it, a linear embedding, Fourier features
 * of position and, by option, the largest response of a small shared convolution. Pure functions over tensors.
 */
import {
  add,
  concat,
  max,
  mul,
  pad,
  reshape,
  slice,
  type Tensor,
  tensor,
  transpose,
} from '@tensorflow/tfjs-core';
import { applyLinear, type BatchTensors, type ParamPlan, type Params, planLinear } from '@tessera/core/nn';
import type { PatchModelConfig } from './patch-config.js';

/** Patches of a window: overlapping ones where the stride is shorter than the patch. */
export function countPatches({ lookback, patchLength, stride }: PatchModelConfig): number {
  return Math.floor((lookback - patchLength) / stride) + 1;
}

/** Pieces of the horizon: tokens of what is known of it, and queries of the head. */
export function countPieces({ horizon, queryLength }: PatchModelConfig): number {
  return Math.ceil(horizon / queryLength);
}

export function planTokens(plan: ParamPlan, config: PatchModelConfig): void {
  const { width, patchLength, convolution } = config;
  const { past, future } = config.inputs;
  const rows = 1 + past.length + future.length;
  planLinear(plan.scope('embedding'), { from: 2 * patchLength * rows, to: width });
  planLinear(plan.scope('position'), { from: positionFeatures, to: width, bias: false });
  planContext(plan, config);
  if (convolution !== undefined) {
    planLinear(plan.scope('convolution.filters'), { from: 2 * convolution.kernel, to: convolution.channels });
    planLinear(plan.scope('convolution.out'), { from: convolution.channels, to: width, bias: false });
  }
}

/** What tells mixed channels apart, and what is known of the future; the same for patches of any kind. */
export function planContext(plan: ParamPlan, { width, queryLength, inputs }: PatchModelConfig): void {
  const { targets, future } = inputs;
  if (targets.length > 1) planLinear(plan.scope('channel'), { from: targets.length, to: width, bias: false });
  if (future.length > 0)
    planLinear(plan.scope('known'), { from: 2 * queryLength * future.length, to: width });
}

/** Tokens that know which of the mixed channels they are of, shape `[B, N, D]`. */
export function withChannel(
  params: Params,
  tokens: Tensor,
  arrays: BatchTensors,
  { width, inputs }: PatchModelConfig,
): Tensor {
  if (inputs.targets.length < 2) return tokens;
  const channel = applyLinear(params.scope('channel'), arrays.place, { bias: false });
  return add(tokens, reshape(channel, [tokens.shape[0] ?? 0, 1, width]));
}

/** Tokens of the history and, where something is known of the future, of its pieces; shape `[B, N, D]`. */
export function applyTokens(params: Params, arrays: BatchTensors, config: PatchModelConfig): Tensor {
  const { lookback, patchLength, stride } = config;
  const { values, mask } = arrays;
  const rows = [cut(values, config), cut(mask, config), ...rowsBeside(arrays, config)];
  const centres = Array.from(
    { length: countPatches(config) },
    (_, i) => i * stride + patchLength / 2 - lookback,
  );
  let tokens = add(
    applyLinear(params.scope('embedding'), concat(rows, 2)),
    applyLinear(params.scope('position'), fourier(centres, config), { bias: false }),
  );
  if (config.convolution !== undefined) {
    tokens = add(tokens, strongestResponse(params.scope('convolution'), values, mask, config));
  }
  if (config.inputs.future.length > 0) {
    const positions = applyLinear(params.scope('position'), fourier(pieceCentres(config), config), {
      bias: false,
    });
    tokens = concat([tokens, add(knownPieces(params, arrays, config), positions)], 1);
  }
  return withChannel(params, tokens, arrays, config);
}

/** What is known of each piece of the horizon, embedded; shape `[B, pieces, D]`. */
export function knownPieces(params: Params, arrays: BatchTensors, config: PatchModelConfig): Tensor {
  const { lookback, horizon, queryLength } = config;
  const [batch = 0, rows = 0] = arrays.known.shape;
  const pieces = countPieces(config);
  const inPieces = (all: Tensor) => {
    const ahead = slice(all, [0, 0, lookback], [batch, rows, horizon]);
    const filled = pad(ahead, [
      [0, 0],
      [0, 0],
      [0, pieces * queryLength - horizon],
    ]);
    return byToken(reshape(filled, [batch, rows, pieces, queryLength]));
  };
  return applyLinear(params.scope('known'), concat([inPieces(arrays.known), inPieces(arrays.knownMask)], 2));
}

/** In steps after the origin. */
export function pieceCentres(config: PatchModelConfig): number[] {
  return Array.from({ length: countPieces(config) }, (_, i) => (i + 0.5) * config.queryLength);
}

/** Patches of covariates and of other channels, values and masks, each `[B, N, rows P]`. */
function rowsBeside(arrays: BatchTensors, config: PatchModelConfig): Tensor[] {
  const { lookback, inputs } = config;
  const beside: Tensor[] = [];
  const take = (all: Tensor, rows: number) => {
    const batch = all.shape[0] ?? 0;
    const history = reshape(slice(all, [0, 0, 0], [batch, rows, lookback]), [batch * rows, lookback]);
    const patches = cut(history, config);
    beside.push(byToken(reshape(patches, [batch, rows, countPatches(config), config.patchLength])));
  };
  if (inputs.past.length > 0) {
    take(arrays.past, inputs.past.length);
    take(arrays.pastMask, inputs.past.length);
  }
  if (inputs.future.length > 0) {
    take(arrays.known, inputs.future.length);
    take(arrays.knownMask, inputs.future.length);
  }
  return beside;
}

/** Pieces of several rows side by side: `[B, R, N, P]` to `[B, N, R P]`. */
function byToken(pieces: Tensor): Tensor {
  const [batch = 0, rows = 0, count = 0, length = 0] = pieces.shape;
  return reshape(transpose(pieces, [0, 2, 1, 3]), [batch, count, rows * length]);
}

/** Patches of each row, shape `[B, N, P]`; pieces of one stride are put side by side, so nothing is gathered. */
function cut(rows: Tensor, config: PatchModelConfig): Tensor {
  const { patchLength, stride, lookback } = config;
  const batch = rows.shape[0] ?? 0;
  const patches = countPatches(config);
  // What does not fill a patch is left out at the old end of the window.
  const used = (patches - 1) * stride + patchLength;
  const pieces = reshape(slice(rows, [0, lookback - used], [batch, used]), [batch, used / stride, stride]);
  const parts = Array.from({ length: patchLength / stride }, (_, i) =>
    slice(pieces, [0, i, 0], [batch, patches, stride]),
  );
  return parts.length === 1 ? (parts[0] ?? pieces) : concat(parts, 2);
}

/**
 * The largest response of a small shared convolution within each patch: a narrow event speaks as loudly from a long patch as from a
 * short one.
 */
function strongestResponse(params: Params, values: Tensor, mask: Tensor, config: PatchModelConfig): Tensor {
  const { kernel, channels } = config.convolution ?? { kernel: 1, channels: 1 };
  const batch = values.shape[0] ?? 0;
  const steps = config.lookback - kernel + 1;
  const shifted = (rows: Tensor) =>
    Array.from({ length: kernel }, (_, i) => reshape(slice(rows, [0, i], [batch, steps]), [batch, steps, 1]));
  const columns = concat([...shifted(values), ...shifted(mask)], 2);
  const responses = applyLinear(params.scope('filters'), columns);
  const padded = concat([slice(responses, [0, 0, 0], [batch, kernel - 1, channels]), responses], 1);
  const left = config.lookback % config.patchLength;
  const perPatch = reshape(slice(padded, [0, left, 0], [batch, config.lookback - left, channels]), [
    batch,
    -1,
    config.patchLength,
    channels,
  ]);
  return applyLinear(params.scope('out'), max(perPatch, 2), { bias: false });
}

const frequencies = 8;
export const positionFeatures = 2 * frequencies;

/** Sines and cosines of positions at periods from 4 steps to four lookbacks, shape `[N, 16]`. */
export function fourier(positions: readonly number[], { lookback }: PatchModelConfig): Tensor {
  const features = positions.flatMap((position) =>
    Array.from({ length: frequencies }, (_, k) => {
      const period = 4 * lookback ** (k / (frequencies - 1));
      const angle = (2 * Math.PI * position) / period;
      return [Math.sin(angle), Math.cos(angle)];
    }).flat(),
  );
  return tensor(features, [positions.length, positionFeatures], 'float32');
}

/** One row per window of a batch, the same for all: `[N, D]` to `[B, N, D]`. */
export function forEachWindow(rows: Tensor, batch: number): Tensor {
  const [count = 0, width = 0] = rows.shape;
  return mul(tensor(new Float32Array(batch).fill(1), [batch, 1, 1]), reshape(rows, [1, count, width]));
}
