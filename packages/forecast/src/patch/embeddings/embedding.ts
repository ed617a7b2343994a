/**
 * Patches of any length as tokens of one width. On the host, windows and where they are cut become arrays of fixed shapes; inside the
 * model, pure functions over tensors turn these into tokens: the content of the patch, where it lies and how long it is, and the
 * largest responses of a convolution. A window with fewer patches than there is room for has zeros in their place, without a gradient.
 *
 * What was not observed is never read; what share of it was observed is.
 */
import { add, expandDims, mul, type Tensor } from '@tensorflow/tfjs-core';
import { type NdArray, ndArray } from '@tessera/core/engine';
import { applyLinear, type BatchTensors, type ParamPlan, type Params, planLinear } from '@tessera/core/nn';
import { applyConvolutionMaxima, planConvolutionMaxima } from './convolution-maxima.js';
import { convolutionPieces } from './convolution-pieces.js';
import { type CutWindows, cutWindows } from './cut-windows.js';
import type { EmbeddingConfig, PatchConvolution } from './embedding-config.js';
import { patchContent } from './patch-content.js';
import { applyPosition, type PositionLayers, patchPositions, planPosition } from './patch-position.js';
import { meansBeside, type RowsBeside } from './rows-beside.js';

/**
 * What an embedding reads besides `values` and `mask`: `present` `[B, N]`, 1 for patches and 0 for padding, `position` `[B, N, 48]`,
 * `beside` `[B, N, 2 E]` where there are rows beside, and what its kind needs. The first axis of every array is that of windows.
 * O(B L), and O(B E L) for rows beside.
 *
 * @param values scaled, shape `[B, L]`; what lies under a mask of 0 is never read
 * @param mask 1 where observed, shape `[B, L]`
 * @param ends exclusive ends of the patches of each window, ascending up to `lookback`, at most `maxPatches` of them
 * @param beside covariates or other channels of the same steps. Default none
 * @throws TesseraError PATCHES_INVALID, PATCHES_TOO_MANY; OPTIONS_INVALID where a patch is longer than `flatten` takes
 */
export function preparePatches(
  values: Float32Array,
  mask: Float32Array,
  lookback: number,
  ends: readonly Uint32Array[],
  maxPatches: number,
  config: EmbeddingConfig,
  beside?: RowsBeside,
): Record<string, NdArray> {
  const windows = cutWindows(values, mask, lookback, ends, maxPatches);
  const convolution = convolutionOf(config);
  return {
    present: presence(windows),
    position: patchPositions(windows),
    ...patchContent(config).prepare(windows),
    ...(convolution === undefined ? {} : convolutionPieces(windows, convolution)),
    ...(beside === undefined ? {} : { beside: meansBeside(windows, beside) }),
  };
}

/** @param rowsBeside rows that `preparePatches` is given beside the target, E. Default 0 */
export function planEmbedding(plan: ParamPlan, config: EmbeddingConfig, width: number, rowsBeside = 0): void {
  const convolution = convolutionOf(config);
  patchContent(config).plan(plan.scope('content'), width);
  planPosition(plan.scope('position'), positionOf(config), width);
  if (convolution !== undefined) planConvolutionMaxima(plan.scope('convolution'), convolution, width);
  if (rowsBeside > 0) planLinear(plan.scope('beside'), { from: 2 * rowsBeside, to: width, bias: false });
}

/**
 * @param arrays `values` and `mask` `[B, L]`, and what `preparePatches` made of them
 * @returns tokens, shape `[B, N, D]`; zeros for padding
 */
export function applyEmbedding(params: Params, arrays: BatchTensors, config: EmbeddingConfig): Tensor {
  const { present, position, beside } = arrays;
  const convolution = convolutionOf(config);
  const content = patchContent(config).apply(params.scope('content'), arrays);
  let tokens = add(content, applyPosition(params.scope('position'), positionOf(config), position));
  if (convolution !== undefined)
    tokens = add(tokens, applyConvolutionMaxima(params.scope('convolution'), arrays, convolution));
  if (beside !== undefined)
    tokens = add(tokens, applyLinear(params.scope('beside'), beside, { bias: false }));
  return mul(tokens, expandDims(present, 2));
}

function convolutionOf(config: EmbeddingConfig): PatchConvolution | undefined {
  return 'convolution' in config && config.convolution !== false ? config.convolution : undefined;
}

function positionOf(config: EmbeddingConfig): PositionLayers {
  return config.kind === 'flatten' ? config.position : 'mlp';
}

function presence({ batch, maxPatches, counts }: CutWindows): NdArray {
  const present = new Float32Array(batch * maxPatches);
  for (let row = 0; row < batch; row++) present.fill(1, row * maxPatches, row * maxPatches + counts[row]);
  return ndArray(present, [batch, maxPatches]);
}
