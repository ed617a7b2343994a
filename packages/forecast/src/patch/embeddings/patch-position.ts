/**
 * Where a patch lies and how long it is: Fourier features of the distances of its start and end from the origin and of its length,
 * through a layer or two. Periods run from 2 steps, which tells neighbours apart, to four lookbacks, which tells old from new.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type NdArray, ndArray } from '@tessera/core/engine';
import {
  applyLinear,
  applyMlp,
  fourierFeatures,
  type ParamPlan,
  type Params,
  planLinear,
  planMlp,
} from '@tessera/core/nn';
import type { CutWindows } from './cut-windows.js';

/** Features of one number: a sine and a cosine of eight periods. */
const featuresPerNumber = 16;
/** Features of one patch. */
const patchPositionSize = 3 * featuresPerNumber;

/** O(B N + L). @returns shape `[B, N, 48]` */
export function patchPositions({ batch, lookback, maxPatches, starts, ends }: CutWindows): NdArray {
  const options = { features: featuresPerNumber, shortest: 2, longest: 4 * lookback };
  // All three are whole numbers of steps up to the lookback, so each sine is taken once.
  const table = fourierFeatures(
    Float32Array.from({ length: lookback + 1 }, (_, steps) => steps),
    options,
  ).data;
  const data = new Float32Array(starts.length * patchPositionSize);
  let at = 0;
  const append = (steps: number) => {
    const from = steps * featuresPerNumber;
    for (let i = 0; i < featuresPerNumber; i++) data[at + i] = table[from + i];
    at += featuresPerNumber;
  };
  for (let patch = 0; patch < starts.length; patch++) {
    append(lookback - starts[patch]);
    append(lookback - ends[patch]);
    append(ends[patch] - starts[patch]);
  }
  return ndArray(data, [batch, maxPatches, patchPositionSize]);
}

/** What features of places go through: two layers with GELU between them, or one. */
export type PositionLayers = 'mlp' | 'linear';

const layers = (width: number) => ({ widths: [patchPositionSize, width, width] });

export function planPosition(plan: ParamPlan, kind: PositionLayers, width: number): void {
  if (kind === 'mlp') planMlp(plan, layers(width));
  else planLinear(plan, { from: patchPositionSize, to: width, bias: false });
}

/** @param features shape `[B, N, 48]` @returns shape `[B, N, D]` */
export function applyPosition(params: Params, kind: PositionLayers, features: Tensor): Tensor {
  if (kind === 'linear') return applyLinear(params, features, { bias: false });
  return applyMlp(params, features, layers(params.tensor('layer1.bias').size));
}
