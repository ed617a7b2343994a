/**
 * The patch transformer as a pure function over tensors: tokens of a window are mixed by transformer blocks and read out by future
 * queries or one flat projection into quantiles or points. It knows no frames, no scaling and no training.
 *
 * Sources: PatchTST, arXiv 2211.14730 (patches, channel independence, flat head).
 */
import {
  add,
  concat,
  cumsum,
  mul,
  reshape,
  slice,
  softplus,
  sub,
  type Tensor,
  tile,
} from '@tensorflow/tfjs-core';
import {
  applyAttention,
  applyBlock,
  applyLinear,
  applyNorm,
  type BatchTensors,
  type BlockNoise,
  flattenSteps,
  hiddenScore,
  type ParamPlan,
  type Params,
  planAttention,
  planBlock,
  planLinear,
  planNorm,
} from '@tessera/core/nn';
import { applyEmbedding, type EmbeddingConfig, planEmbedding } from './embeddings/index.js';
import type { PatchModelConfig } from './patch-config.js';
import {
  applyTokens,
  countPatches,
  countPieces,
  forEachWindow,
  fourier,
  knownPieces,
  pieceCentres,
  planContext,
  planTokens,
  positionFeatures,
  withChannel,
} from './patch-tokens.js';

/** Values a window’s future step has: one per quantile, or one point. */
export function outputsPerStep({ quantiles }: PatchModelConfig): number {
  return quantiles.length === 0 ? 1 : quantiles.length;
}

export function planPatchModel(plan: ParamPlan, config: PatchModelConfig): void {
  const { width, layers, head, horizon } = config;
  const block = { width, heads: config.heads, hidden: config.hidden, norm: config.norm };
  if (config.patching.kind === 'even') planTokens(plan, config);
  else planPlannedTokens(plan, config, config.patching.embedding);
  for (let i = 0; i < layers; i++) planBlock(plan.scope(`block${i}`), block);
  planNorm(plan.scope('norm'), width, config.norm);
  const outputs = outputsPerStep(config);
  if (head === 'flatten') {
    planLinear(plan.scope('head'), { from: countTokens(config) * width, to: horizon * outputs });
    return;
  }
  planLinear(plan.scope('query'), { from: positionFeatures, to: width });
  planAttention(plan.scope('read'), block);
  planNorm(plan.scope('readNorm'), width, config.norm);
  planLinear(plan.scope('head'), { from: width, to: config.queryLength * outputs });
}

/**
 * @param arrays what `windowBatch` makes: `values` and `mask` `[B, L]`; with rows beside the target `past` `[B, E, L]`, `known`
 *   `[B, F, L + H]` and their masks; with several mixed channels `place` `[B, C]`; with patches of a policy what `preparePatches`
 *   adds
 * @param noise dropout factors per layer. Default none.
 * @returns scaled forecasts, shape `[B, H, Q]`, ascending along Q; Q is 1 for a point forecast
 */
export function applyPatchModel(
  params: Params,
  arrays: BatchTensors,
  config: PatchModelConfig,
  noise?: readonly BlockNoise[],
): Tensor {
  const block = { width: config.width, heads: config.heads, hidden: config.hidden, norm: config.norm };
  const { patching } = config;
  const isEven = patching.kind === 'even';
  let tokens = isEven
    ? applyTokens(params, arrays, config)
    : plannedTokens(params, arrays, config, patching.embedding);
  // Padded tokens are not looked at, so they cost nothing in the answer.
  const bias = isEven ? undefined : hidden(arrays.present, config.heads);
  for (let i = 0; i < config.layers; i++) {
    tokens = applyBlock(params.scope(`block${i}`), tokens, block, { noise: noise?.[i], bias });
  }
  tokens = applyNorm(params.scope('norm'), tokens, config.norm);
  const batch = tokens.shape[0] ?? 0;
  const outputs = outputsPerStep(config);
  if (config.head === 'flatten') {
    const flat = applyLinear(params.scope('head'), flattenSteps(tokens));
    return ordered(reshape(flat, [batch, config.horizon, outputs]), config);
  }
  const asked = queries(params, arrays, batch, config);
  const read = add(asked, applyAttention(params.scope('read'), asked, tokens, block, { bias }));
  const answers = applyLinear(params.scope('head'), applyNorm(params.scope('readNorm'), read, config.norm));
  const steps = reshape(answers, [batch, countPieces(config) * config.queryLength, outputs]);
  return ordered(slice(steps, [0, 0, 0], [batch, config.horizon, outputs]), config);
}

function planPlannedTokens(plan: ParamPlan, config: PatchModelConfig, embedding: EmbeddingConfig): void {
  const { past, future } = config.inputs;
  planEmbedding(plan.scope('embedding'), embedding, config.width, past.length + future.length);
  planContext(plan, config);
}

/** Tokens of the patches of a policy. What is known of the future enters with the queries alone. */
function plannedTokens(
  params: Params,
  arrays: BatchTensors,
  config: PatchModelConfig,
  embedding: EmbeddingConfig,
): Tensor {
  return withChannel(params, applyEmbedding(params.scope('embedding'), arrays, embedding), arrays, config);
}

/** The bias that hides tokens that are not there, for every head. @param present shape `[B, N]` @returns shape `[heads B, 1, N]` */
function hidden(present: Tensor, heads: number): Tensor {
  const [batch = 0, count = 0] = present.shape;
  return tile(reshape(mul(sub(1, present), hiddenScore), [batch, 1, count]), [heads, 1, 1]);
}

/** Tokens of one window. */
function countTokens(config: PatchModelConfig): number {
  return countPatches(config) + (config.inputs.future.length > 0 ? countPieces(config) : 0);
}

/** One query for each piece of the horizon, with what is known of it; shape `[B, pieces, D]`. */
function queries(params: Params, arrays: BatchTensors, batch: number, config: PatchModelConfig): Tensor {
  const positions = applyLinear(params.scope('query'), fourier(pieceCentres(config), config));
  const asked = forEachWindow(positions, batch);
  return config.inputs.future.length > 0 ? add(asked, knownPieces(params, arrays, config)) : asked;
}

/** Quantiles that cannot cross: the lowest, plus positive steps. Points pass through. */
function ordered(raw: Tensor, config: PatchModelConfig): Tensor {
  if (config.quantiles.length < 2) return raw;
  const [batch = 0, steps = 0, count = 0] = raw.shape;
  const lowest = slice(raw, [0, 0, 0], [batch, steps, 1]);
  const gaps = softplus(slice(raw, [0, 0, 1], [batch, steps, count - 1]));
  return cumsum(concat([lowest, gaps], 2), 2);
}
