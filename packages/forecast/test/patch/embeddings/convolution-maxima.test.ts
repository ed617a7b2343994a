/** The largest response where a slope is not unique: on flat stretches, which real series are full of. */
import * as tf from '@tensorflow/tfjs-core';
import { type Engine, ndArray, openEngine } from '@tessera/core/engine';
import { planParams, readParams } from '@tessera/core/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  applyConvolutionMaxima,
  planConvolutionMaxima,
} from '../../../src/patch/embeddings/convolution-maxima.js';
import { embeddingSchema, preparePatches } from '../../../src/patch/embeddings/index.js';

describe.each(['cpu', 'onnxruntime'] as const)('on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(() => engine.dispose());

  it('equal responses share one slope among them', async () => {
    const convolution = { kernel: 1, channels: 1, stride: 1 };
    const config = embeddingSchema.parse({ kind: 'crop', convolution });
    const values = new Float32Array(100).fill(2);
    const mask = new Float32Array(100).fill(1);
    const ends = [Uint32Array.of(7, 90, 100)];
    const arrays = preparePatches(values, mask, 100, ends, 4, config);
    const layout = planParams((root) => planConvolutionMaxima(root, convolution, 1));
    const slope = engine.compile((params: tf.Tensor, given: Record<string, tf.Tensor>) =>
      tf.grad((all: tf.Tensor) => {
        const out = applyConvolutionMaxima(readParams(layout, all), given, convolution);
        return tf.sum(tf.slice(out, [0, 0, 0], [1, 3, 1]));
      })(params),
    );
    // Filter 3 for the value, 0.5 for its presence, and 1 from channel to token: each response is 6.5.
    const held = await slope(ndArray(Float32Array.of(3, 0.5, 1)), arrays);
    expect(layout.entries.map(({ path }) => path)).toEqual(['filters.weight', 'out.weight']);
    // Three patches, each of whose maxima moves by 2 for the value’s filter and by 1 for that of presence.
    const { data } = await held.read();
    expect(data[0]).toBeCloseTo(6, 4);
    expect(data[1]).toBeCloseTo(3, 4);
    expect(data[2]).toBeCloseTo(3 * 6.5, 4);
    held.dispose();
  });
});
