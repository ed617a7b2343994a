/**
 * The patch transformer as a pure function over tensors: tokens of a window are mixed by transformer blocks and read out by future
 * queries or one flat projection into quantiles or points. It knows no frames, no scaling and no training.
 *
 * Sources: PatchTST, arXiv 2211.14730 (patches, channel independence, flat head).
 */
import { add, concat, cumsum, reshape, slice, softplus, type Tensor } from '@tensorflow/tfjs-core';
import {
  applyAttention,
  applyBlock,
  applyLinear,
  applyNorm,
  type BatchTensors,
  type BlockConfig,
  type BlockNoise,
  flattenSteps,
  type ParamPlan,
  type Params,
  paddingBias,
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
  const block = blockOf(config);
  if (config.patching.kind === 'even') planTokens(plan, config);
  else planPlannedTokens(plan, config, config.patching.embedding);
  for (let i = 0; i < layers; i++) planBlock(plan.scope(`block${i}`), block);
  planNorm(plan.scope('norm'), width, config.norm);
  const outputs = outputsPerStep(config);
  if (head === 'flatten') {
    const { patches, known } = windowTokens(config);
    planLinear(plan.scope('head'), { from: (patches + known) * width, to: horizon * outputs });
    return;
  }
  planLinear(plan.scope('query'), { from: positionFeatures, to: width });
  planAttention(plan.scope('read'), block);
  planNorm(plan.scope('readNorm'), width, config.norm);
  planLinear(plan.scope('head'), { from: width, to: config.queryLength * outputs });
}

/** Windows as tokens, before they are mixed. */
export interface EmbeddedWindows {
  /** Shape `[B, N, D]`. */
  readonly tokens: Tensor;
  /** Hides tokens that are not there, shape `[B, 1, 1, N]`; absent where all are. */
  readonly bias?: Tensor | undefined;
}

/**
 * `1` patches become tokens, `2` blocks mix them, `3` the head reads forecasts out of them.
 *
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
  const { tokens, bias } = embedWindows(params, arrays, config);
  const mixed = mixTokens(params, { tokens, bias }, config, noise);
  return readForecast(params, { tokens: mixed, bias }, arrays, config);
}

/** The embedding. @param arrays as of `applyPatchModel` */
export function embedWindows(
  params: Params,
  arrays: BatchTensors,
  config: PatchModelConfig,
): EmbeddedWindows {
  const { patching } = config;
  if (patching.kind === 'even') return { tokens: applyTokens(params, arrays, config) };
  const tokens = plannedTokens(params, arrays, config, patching.embedding);
  // Padded tokens are not looked at, so they cost nothing in the answer.
  return { tokens, bias: paddingBias(arrays.present) };
}

/** The backbone: transformer blocks and a last norm. @param noise as of `applyPatchModel` @returns shape `[B, N, D]` */
export function mixTokens(
  params: Params,
  { tokens, bias }: EmbeddedWindows,
  config: PatchModelConfig,
  noise?: readonly BlockNoise[],
): Tensor {
  let mixed = tokens;
  for (let i = 0; i < config.layers; i++) {
    mixed = applyBlock(params.scope(`block${i}`), mixed, blockOf(config), { noise: noise?.[i], bias });
  }
  return applyNorm(params.scope('norm'), mixed, config.norm);
}

/** The head. @param windows their mixed tokens @param arrays as of `applyPatchModel` @returns as `applyPatchModel` does */
export function readForecast(
  params: Params,
  { tokens, bias }: EmbeddedWindows,
  arrays: BatchTensors,
  config: PatchModelConfig,
): Tensor {
  const batch = tokens.shape[0] ?? 0;
  const outputs = outputsPerStep(config);
  if (config.head === 'flatten') {
    const flat = applyLinear(params.scope('head'), flattenSteps(tokens));
    return ordered(reshape(flat, [batch, config.horizon, outputs]), config);
  }
  const asked = queries(params, arrays, batch, config);
  const read = add(asked, applyAttention(params.scope('read'), asked, tokens, blockOf(config), { bias }));
  const answers = applyLinear(params.scope('head'), applyNorm(params.scope('readNorm'), read, config.norm));
  const steps = reshape(answers, [batch, countPieces(config) * config.queryLength, outputs]);
  return ordered(slice(steps, [0, 0, 0], [batch, config.horizon, outputs]), config);
}

function blockOf({ width, heads, hidden, norm }: PatchModelConfig): BlockConfig {
  return { width, heads, hidden, norm };
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

/** How many tokens and queries one window is. */
export interface WindowTokens {
  /** Patches of the history; with a policy the most there can be, because room for all of them is computed. */
  readonly patches: number;
  /** Tokens of what is known of the future, which stand beside even patches; 0 where nothing is. */
  readonly known: number;
  /** Future queries; 0 for the head `flatten`. */
  readonly queries: number;
}

export function windowTokens(config: PatchModelConfig): WindowTokens {
  const { patching, inputs, head } = config;
  const pieces = countPieces(config);
  const queries = head === 'queries' ? pieces : 0;
  if (patching.kind === 'policy') return { patches: patching.maxPatches, known: 0, queries };
  return { patches: countPatches(config), known: inputs.future.length > 0 ? pieces : 0, queries };
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
