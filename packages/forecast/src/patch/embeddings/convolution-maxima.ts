/**
 * The largest response of each channel of a small shared convolution within each patch: a narrow event speaks as loudly from a long
 * patch as from a short one, wherever the borders of the patch lie. One product of matrices answers for all pieces of all patches;
 * the gradient is written by hand and goes to the winning responses, in equal parts where several are equal, as on a flat stretch.
 */
import {
  cast,
  concat,
  div,
  equal,
  gather,
  matMul,
  max,
  maximum,
  mul,
  type Rank,
  reshape,
  sum,
  type Tensor,
  tensor,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { differentiable } from '@tessera/core/engine';
import { applyLinear, type BatchTensors, type ParamPlan, type Params, planLinear } from '@tessera/core/nn';
import { pieceLength, pieceSize, pieceSpan } from './convolution-pieces.js';
import type { PatchConvolution } from './embedding-config.js';
import { rowsInBatch } from './rows-in-batch.js';

/** Added to a response that lies outside of its patch; responses of scaled values stay far below it. */
const outside = -1e9;

export function planConvolutionMaxima(
  plan: ParamPlan,
  { kernel, channels }: PatchConvolution,
  width: number,
): void {
  // One row of the filters for each value that a kernel reads, then one for each that it may miss.
  planLinear(plan.scope('filters'), { from: 2 * kernel, to: channels, bias: false });
  planLinear(plan.scope('out'), { from: channels, to: width, bias: false });
}

/** @param arrays what `convolutionPieces` makes, and `present` `[B, N]` @returns shape `[B, N, D]` */
export function applyConvolutionMaxima(
  params: Params,
  arrays: BatchTensors,
  convolution: PatchConvolution,
): Tensor {
  const [batch, patches] = arrays.present.shape;
  const weights = pieceWeights(params.scope('filters').tensor('weight'), convolution);
  const maxima = reshape(patchMaxima(weights, arrays, convolution.channels), [
    batch,
    patches,
    convolution.channels,
  ]);
  return applyLinear(params.scope('out'), maxima, { bias: false });
}

/**
 * The filters moved along a piece: column `j C + c` is response j of channel c. Each place of the matrix is one of the filters’ rows,
 * a zero, or what shuts a response out.
 *
 * @returns shape `[size, 8 C]`
 */
function pieceWeights(filters: Tensor, convolution: PatchConvolution): Tensor {
  const { kernel, channels, stride } = convolution;
  const span = pieceSpan(convolution);
  const size = pieceSize(convolution);
  const [zero, shut] = [2 * kernel, 2 * kernel + 1];
  const places = new Int32Array(size * pieceLength).fill(zero);
  for (let j = 0; j < pieceLength; j++) {
    for (let tap = 0; tap < kernel; tap++) {
      places[(j * stride + tap) * pieceLength + j] = tap;
      places[(span + j * stride + tap) * pieceLength + j] = kernel + tap;
    }
    places[(2 * span + j) * pieceLength + j] = shut;
  }
  const fixed = new Float32Array(2 * channels).fill(outside, channels);
  const rows = concat([filters, tensor(fixed, [2, channels])], 0);
  return reshape(gather(rows, tensor(places, [places.length], 'int32')), [size, pieceLength * channels]);
}

/** Maxima of all responses of each patch; shape `[B N, C]`. */
function patchMaxima(weights: Tensor, arrays: BatchTensors, channels: number): Tensor {
  const [batch, count, size] = arrays.pieces.shape;
  const [, patches] = arrays.present.shape;
  const rows = batch * count;
  const pieces = reshape(arrays.pieces, [rows, size]);
  const patchOf = rowsInBatch(arrays.patchOfPiece, patches);
  return differentiable(
    [weights],
    () => {
      const responses = reshape(matMul(pieces, weights), [rows, pieceLength, channels]);
      const ofPieces = max(responses, 1);
      const ofPatches = joinPieces(ofPieces, arrays, count);
      return { value: ofPatches, saved: [responses, ofPieces, ofPatches, pieces, patchOf] };
    },
    (dy, [responses, ofPieces, ofPatches, data, owners]) => {
      const isBest = cast(equal(ofPieces, gather(ofPatches, owners)), 'float32');
      const winners = cast(equal(responses, reshape(ofPieces, [rows, 1, channels])), 'float32');
      const ties = unsortedSegmentSum(
        mul(sum(winners, 1), isBest),
        reshape<Rank.R1>(owners, [rows]),
        batch * patches,
      );
      const given = mul(gather(div(dy, maximum(ties, 1)), owners), isBest);
      const slopes = mul(winners, reshape(given, [rows, 1, channels]));
      return [matMul(data, reshape(slopes, [rows, pieceLength * channels]), true)];
    },
  );
}

/** Maxima up the tree, from pieces to patches. @param maxima shape `[B S, C]` @returns shape `[B N, C]` */
function joinPieces(maxima: Tensor, arrays: BatchTensors, count: number): Tensor {
  const [, channels] = maxima.shape;
  let joined = maxima;
  let before = count;
  for (let level = 1; ; level++) {
    const children = arrays[`children${level}`];
    if (children === undefined) return joined;
    const [batch, nodes] = children.shape;
    const rows = gather(joined, rowsInBatch(children, before));
    joined = max(reshape(rows, [batch * nodes, pieceLength, channels]), 1);
    before = nodes;
  }
}
