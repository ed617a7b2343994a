/**
 * Features of each step, averaged over its patch with weights that are learned, one weight for each step and feature: attention with
 * one fixed query per feature. Scores are kept within bounds, so that the exponentials need no maximum of their patch.
 *
 * Source: Ilse, Tomczak and Welling 2018, arXiv 1802.04712, section 2.4, for pooling by attention.
 */
import {
  add,
  concat,
  div,
  exp,
  expandDims,
  gather,
  maximum,
  mul,
  reshape,
  slice,
  type Tensor,
  tanh,
  tensor,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { gelu, type NdArray, ndArray } from '@tessera/core/engine';
import {
  applyLinear,
  type BatchTensors,
  fourierFeatures,
  type Params,
  planLinear,
  zeroUnobserved,
} from '@tessera/core/nn';
import type { CutWindows } from './cut-windows.js';
import type { PatchContent } from './patch-content.js';
import { rowsInBatch } from './rows-in-batch.js';

/** Bound on scores: one step can weigh e^16, nine million, times another, which is enough to single it out. */
const highestScore = 8;
/** A sine and a cosine of eight periods of the step’s distance from the start of its patch. */
const offsetFeatures = 16;

export function pooledSteps(features: number): PatchContent {
  return {
    prepare: stepPlaces,
    plan: (plan, width) => {
      planLinear(plan.scope('value'), { from: 1, to: features });
      planLinear(plan.scope('offset'), { from: offsetFeatures, to: features, bias: false });
      planLinear(plan.scope('score'), { from: features, to: features });
      planLinear(plan.scope('out'), { from: features + 1, to: width });
    },
    apply: (params, arrays) => {
      const pooled = concat([poolSteps(params, arrays), expandDims(arrays.observedShare, 2)], 2);
      return applyLinear(params.scope('out'), pooled);
    },
  };
}

/**
 * For each step its patch and its distance from the patch’s start, `patchOfStep` and `offsetOfStep` `[B, L]`, and the observed share of
 * each patch, `observedShare` `[B, N]`. O(B L).
 */
function stepPlaces(windows: CutWindows): Record<string, NdArray> {
  const { batch, lookback, maxPatches, mask, starts, ends } = windows;
  const patchOf = new Int32Array(batch * lookback);
  const offsetOf = new Int32Array(batch * lookback);
  const observedShare = new Float32Array(starts.length);
  for (let i = 0; i < starts.length; i++) {
    const window = Math.floor(i / maxPatches);
    let observed = 0;
    for (let step = starts[i]; step < ends[i]; step++) {
      const t = window * lookback + step;
      patchOf[t] = i - window * maxPatches;
      offsetOf[t] = step - starts[i];
      if (mask[t] !== 0) observed += 1;
    }
    if (observed > 0) observedShare[i] = observed / (ends[i] - starts[i]);
  }
  return {
    patchOfStep: ndArray(patchOf, [batch, lookback]),
    offsetOfStep: ndArray(offsetOf, [batch, lookback]),
    observedShare: ndArray(observedShare, [batch, maxPatches]),
  };
}

/** Weighted means of the features of observed steps; shape `[B, N, F]`, 0 where there are none. */
function poolSteps(params: Params, arrays: BatchTensors): Tensor {
  const { values, mask, present, patchOfStep, offsetOfStep } = arrays;
  const [batch, lookback] = values.shape;
  const [, patches] = present.shape;
  const steps = batch * lookback;
  const observed = reshape(mask, [steps, 1]);
  const seen = zeroUnobserved(reshape(values, [steps, 1]), observed);
  const byOffset = applyLinear(params.scope('offset'), offsetTable(lookback), { bias: false });
  const offsets = gather(byOffset, reshape(offsetOfStep, [steps]));
  const features = gelu(add(applyLinear(params.scope('value'), seen), offsets));
  const score = mul(tanh(applyLinear(params.scope('score'), features)), highestScore);
  const weight = mul(exp(score), observed);
  const rows = batch * patches;
  const sums = unsortedSegmentSum(
    concat([mul(weight, features), weight], 1),
    rowsInBatch(patchOfStep, patches),
    rows,
  );
  const [, width] = features.shape;
  const weighted = slice(sums, [0, 0], [rows, width]);
  // Every observed step weighs more than this, so it only stands in where there is none.
  const total = maximum(slice(sums, [0, width], [rows, width]), Math.exp(-highestScore) / 2);
  return reshape(div(weighted, total), [batch, patches, width]);
}

/** Fourier features of every distance there can be, shape `[L, 16]`. */
function offsetTable(lookback: number): Tensor {
  const offsets = Float32Array.from({ length: lookback }, (_, steps) => steps);
  const longest = 4 * lookback;
  const { data, shape } = fourierFeatures(offsets, { features: offsetFeatures, shortest: 2, longest });
  return tensor(data, [...shape], 'float32');
}
