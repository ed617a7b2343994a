/** Dropout of the patch model: whole features of a window, drawn on the host by key, so that a step can be repeated. */

import type { Tensor } from '@tensorflow/tfjs-core';
import { type Key, RandomStream } from '@tessera/core';
import { type NdArray, ndArray } from '@tessera/core/engine';
import type { BlockNoise } from '@tessera/core/nn';
import type { PatchModelConfig } from './patch-config.js';

const parts = ['attention', 'feedForward'] as const;
const nameOf = (layer: number, part: (typeof parts)[number]) => `noise.${layer}.${part}`;

/** Factors 0 or 1 / (1 - rate) for each layer, shapes `[B, 1, D]`; nothing where the rate is 0. */
export function dropoutNoise(
  config: PatchModelConfig,
  rate: number,
  batch: number,
  key: Key,
): Record<string, NdArray> {
  if (rate === 0) return {};
  const stream = new RandomStream(key);
  const noise: Record<string, NdArray> = {};
  for (let layer = 0; layer < config.layers; layer++) {
    for (const part of parts) {
      const data = Float32Array.from({ length: batch * config.width }, () =>
        stream.uniform() < rate ? 0 : 1 / (1 - rate),
      );
      noise[nameOf(layer, part)] = ndArray(data, [batch, 1, config.width]);
    }
  }
  return noise;
}

/** The factors of a batch as the model takes them. */
export function noiseTensors(
  config: PatchModelConfig,
  rate: number,
  batch: Readonly<Record<string, Tensor>>,
): BlockNoise[] | undefined {
  if (rate === 0) return undefined;
  return Array.from({ length: config.layers }, (_, layer) => {
    const attention = batch[nameOf(layer, 'attention')];
    const feedForward = batch[nameOf(layer, 'feedForward')];
    if (attention === undefined || feedForward === undefined) throw new Error('every layer has its noise');
    return { attention, feedForward };
  });
}
