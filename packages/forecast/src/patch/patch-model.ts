/**
 * The patch transformer as pure functions over tensors: windows are cut into patches of full raw values and their mask, embedded with
 * Fourier features of position, mixed by transformer blocks, and read out by future queries or one flat projection into
 * quantiles or points. It knows no frames, no scaling and no training.
 *
 * Sources: PatchTST, arXiv 2211.14730 (patches, channel independence, flat head).
 */
import {
  add,
  concat,
  cumsum,
  max,
  mul,
  reshape,
  slice,
  softplus,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core';
import {
  applyAttention,
  applyBlock,
  applyLinear,
  applyNorm,
  type BlockNoise,
  flattenSteps,
  type ParamPlan,
  type Params,
  planAttention,
  planBlock,
  planLinear,
  planNorm,
} from '@tessera/core/nn';
import type { PatchModelConfig } from './patch-config.js';

export interface PatchModelInputs {
  /** Scaled values, 0 where not observed, shape `[B, L]`. */
  readonly values: Tensor;
  /** 1 where observed, shape `[B, L]`. */
  readonly mask: Tensor;
  /** Dropout factors per layer. Default none. */
  readonly noise?: readonly BlockNoise[] | undefined;
}

/** Patches of a window: overlapping ones where the stride is shorter than the patch. */
export function countPatches({ lookback, patchLength, stride }: PatchModelConfig): number {
  return Math.floor((lookback - patchLength) / stride) + 1;
}

/** Values a window’s future step has: one per quantile, or one point. */
export function outputsPerStep({ quantiles }: PatchModelConfig): number {
  return quantiles.length === 0 ? 1 : quantiles.length;
}

export function planPatchModel(plan: ParamPlan, config: PatchModelConfig): void {
  const { width, patchLength, layers, convolution, head, horizon } = config;
  const block = { width, heads: config.heads, hidden: config.hidden, norm: config.norm };
  planLinear(plan.scope('embedding'), { from: 2 * patchLength, to: width });
  planLinear(plan.scope('position'), { from: positionFeatures, to: width, bias: false });
  if (convolution !== undefined) {
    planLinear(plan.scope('convolution.filters'), { from: 2 * convolution.kernel, to: convolution.channels });
    planLinear(plan.scope('convolution.out'), { from: convolution.channels, to: width, bias: false });
  }
  for (let i = 0; i < layers; i++) planBlock(plan.scope(`block${i}`), block);
  planNorm(plan.scope('norm'), width, config.norm);
  const outputs = outputsPerStep(config);
  if (head === 'flatten') {
    planLinear(plan.scope('head'), { from: countPatches(config) * width, to: horizon * outputs });
    return;
  }
  planLinear(plan.scope('query'), { from: positionFeatures, to: width });
  planAttention(plan.scope('read'), block);
  planNorm(plan.scope('readNorm'), width, config.norm);
  planLinear(plan.scope('head'), { from: width, to: config.queryLength * outputs });
}

/** @returns scaled forecasts, shape `[B, H, Q]`, ascending along Q; Q is 1 for a point forecast */
export function applyPatchModel(params: Params, inputs: PatchModelInputs, config: PatchModelConfig): Tensor {
  const { width, layers, head, horizon } = config;
  const batch = inputs.values.shape[0] ?? 0;
  const patches = countPatches(config);
  const block = { width, heads: config.heads, hidden: config.hidden, norm: config.norm };
  const centres = Array.from(
    { length: patches },
    (_, i) => i * config.stride + config.patchLength / 2 - config.lookback,
  );
  let tokens = add(
    embed(params, inputs, config),
    applyLinear(params.scope('position'), fourier(centres, config), { bias: false }),
  );
  for (let i = 0; i < layers; i++) {
    tokens = applyBlock(params.scope(`block${i}`), tokens, block, { noise: inputs.noise?.[i] });
  }
  tokens = applyNorm(params.scope('norm'), tokens, config.norm);
  const outputs = outputsPerStep(config);
  if (head === 'flatten') {
    const flat = applyLinear(params.scope('head'), flattenSteps(tokens));
    return ordered(reshape(flat, [batch, horizon, outputs]), config);
  }
  const count = Math.ceil(horizon / config.queryLength);
  const ahead = Array.from({ length: count }, (_, i) => (i + 0.5) * config.queryLength);
  const queries = applyLinear(params.scope('query'), fourier(ahead, config));
  const asked = mul(
    tensor(new Float32Array(batch).fill(1), [batch, 1, 1]),
    reshape(queries, [1, count, width]),
  );
  const read = add(asked, applyAttention(params.scope('read'), asked, tokens, block));
  const answers = applyLinear(params.scope('head'), applyNorm(params.scope('readNorm'), read, config.norm));
  const steps = reshape(answers, [batch, count * config.queryLength, outputs]);
  return ordered(slice(steps, [0, 0, 0], [batch, horizon, outputs]), config);
}

function embed(params: Params, { values, mask }: PatchModelInputs, config: PatchModelConfig): Tensor {
  const raw = concat([cut(values, config), cut(mask, config)], 2);
  const embedded = applyLinear(params.scope('embedding'), raw);
  return config.convolution === undefined
    ? embedded
    : add(embedded, strongestResponse(params.scope('convolution'), values, mask, config));
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
  const perPatch = reshape(
    slice(
      padded,
      [0, config.lookback % config.patchLength, 0],
      [batch, config.lookback - (config.lookback % config.patchLength), channels],
    ),
    [batch, -1, config.patchLength, channels],
  );
  return applyLinear(params.scope('out'), max(perPatch, 2), { bias: false });
}

const frequencies = 8;
const positionFeatures = 2 * frequencies;

/** Sines and cosines of positions at periods from 4 steps to four lookbacks, shape `[N, 16]`. */
function fourier(positions: readonly number[], { lookback }: PatchModelConfig): Tensor {
  const features = positions.flatMap((position) =>
    Array.from({ length: frequencies }, (_, k) => {
      const period = 4 * lookback ** (k / (frequencies - 1));
      const angle = (2 * Math.PI * position) / period;
      return [Math.sin(angle), Math.cos(angle)];
    }).flat(),
  );
  return tensor(features, [positions.length, positionFeatures], 'float32');
}

/** Quantiles that cannot cross: the lowest, plus positive steps. Points pass through. */
function ordered(raw: Tensor, config: PatchModelConfig): Tensor {
  if (config.quantiles.length < 2) return raw;
  const [batch = 0, steps = 0, count = 0] = raw.shape;
  const lowest = slice(raw, [0, 0, 0], [batch, steps, 1]);
  const gaps = softplus(slice(raw, [0, 0, 1], [batch, steps, count - 1]));
  return cumsum(concat([lowest, gaps], 2), 2);
}
