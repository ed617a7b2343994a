import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { type NdArray, ndArray } from '../../src/engine/nd-array.js';
import { openEngine } from '../../src/engine/open-engine.js';
import {
  causalBias,
  combineBiases,
  hiddenScore,
  lengthMask,
  localBias,
  paddingBias,
  zeroUnobserved,
} from '../../src/nn/layers/masks.js';
import {
  type AttentionOptions,
  applyAttention,
  applyBlock,
  type BlockConfig,
  planAttention,
  planBlock,
} from '../../src/nn/layers/transformer.js';
import { layerOf, noise, outputOf, prefixOf, slopesOf, withOtherSuffix } from './layer-run.js';

const h = hiddenScore;
const config = { width: 8, heads: 2 };
const [batch, steps] = [3, 6];

const attending = (options: () => AttentionOptions, prepare = (x: tf.Tensor) => x) =>
  layerOf(
    (plan) => planAttention(plan, config),
    (params, x) => applyAttention(params, prepare(x), prepare(x), config, options()),
  );

/** x with numbers of another kind at the steps where `observed` is 0. */
function withGarbage(x: NdArray, observed: readonly number[], garbage: (i: number) => number): NdArray {
  return ndArray(
    Float32Array.from(x.data, (value, i) =>
      observed[Math.floor(i / config.width)] === 1 ? value : garbage(i),
    ),
    x.shape,
  );
}

/** Rows of the observed steps. */
function seenRows({ data }: NdArray, observed: readonly number[]): number[] {
  return Array.from(data).filter((_, i) => observed[Math.floor(i / config.width)] === 1);
}

describe.each(['cpu', 'onnxruntime'] as const)('masks on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });

  async function run(fn: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: NdArray[]): Promise<NdArray> {
    const compiled = engine.compile(fn);
    const held = await compiled(...inputs);
    const value = await held.read();
    held.dispose();
    compiled.dispose();
    return value;
  }
  const numbers = async (bias: () => tf.Tensor) => Array.from((await run(bias)).data);

  it('hide later keys, the last query beside the last key', async () => {
    expect(await numbers(() => causalBias(3))).toEqual([0, h, h, 0, 0, h, 0, 0, 0]);
    expect(await numbers(() => causalBias(2, 4))).toEqual([0, 0, 0, h, 0, 0, 0, 0]);
    expect(await numbers(() => causalBias(3, 2))).toEqual([h, h, 0, h, 0, 0]);
  });

  it('hide what lies outside a window', async () => {
    expect(await numbers(() => localBias(4, 4, { before: 1 }))).toEqual([
      ...[0, h, h, h],
      ...[0, 0, h, h],
      ...[h, 0, 0, h],
      ...[h, h, 0, 0],
    ]);
    expect(await numbers(() => localBias(3, 3, { before: 0, after: 1 }))).toEqual([
      0,
      0,
      h,
      h,
      0,
      0,
      h,
      h,
      0,
    ]);
  });

  it('tell lengths apart and repeat them over heads', async () => {
    const lengths = ndArray(Int32Array.of(0, 2, 3));
    const mask = await run((each) => lengthMask(each, 3), lengths);
    expect(mask.shape).toEqual([3, 3]);
    expect(Array.from(mask.data)).toEqual([0, 0, 0, 1, 1, 0, 1, 1, 1]);
    const bias = await run((each) => paddingBias(lengthMask(each, 3)), lengths);
    expect(bias.shape).toEqual([3, 1, 1, 3]);
    const once = [h, h, h, 0, 0, h, 0, 0, 0];
    expect(Array.from(bias.data).map((each) => (each === 0 ? 0 : each))).toEqual(once);
  });

  it('hide in combination what any of them hides, once', async () => {
    const padding = () => paddingBias(lengthMask(tf.tensor1d([2, 3]), 3));
    expect(await numbers(() => combineBiases(causalBias(3), padding()))).toEqual([
      ...[0, h, h, 0, 0, h, 0, 0, h],
      ...[0, h, h, 0, 0, h, 0, 0, 0],
    ]);
    expect(await numbers(() => combineBiases(causalBias(2)))).toEqual([0, h, 0, 0]);
  });

  it('make what a hidden key holds matter to no other step, to the bit', async () => {
    const some = fc.array(fc.constantFrom(0, 1), { minLength: batch * steps, maxLength: batch * steps });
    const garbage = fc.double({ min: -1e5, max: 1e5, noNaN: true });
    await fc.assert(
      fc.asyncProperty(some, garbage, async (observed, size) => {
        const layer = attending(() => ({ bias: paddingBias(tf.tensor2d(observed, [batch, steps])) }));
        const x = noise([batch, steps, config.width], 1);
        const plain = await outputOf(engine, layer, x);
        const changed = await outputOf(
          engine,
          layer,
          withGarbage(x, observed, (i) => size * Math.cos(i)),
        );
        expect(seenRows(changed, observed)).toEqual(seenRows(plain, observed));
      }),
      { numRuns: 15, seed: 2 },
    );
  });

  it('stay finite where a query may see no key', async () => {
    const layer = attending(() => ({ bias: paddingBias(tf.zeros([batch, steps])) }));
    const { data } = await outputOf(engine, layer, noise([batch, steps, config.width], 2));
    expect(data.every(Number.isFinite)).toBe(true);
  });

  it('hide NaN and infinity too, in values and slopes, once they are cleared', async () => {
    const observed = [1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
    const seen = () => tf.tensor2d(observed, [batch, steps]);
    const layer = attending(
      () => ({ bias: paddingBias(seen()) }),
      (x) => zeroUnobserved(x, seen()),
    );
    const x = noise([batch, steps, config.width], 3);
    const hostile = withGarbage(x, observed, (i) => [Number.NaN, Number.POSITIVE_INFINITY, 3e38][i % 3]);
    expect((await outputOf(engine, layer, hostile)).data).toEqual((await outputOf(engine, layer, x)).data);
    const [slopes, plain] = [await slopesOf(engine, layer, hostile), await slopesOf(engine, layer, x)];
    expect(slopes).toEqual(plain);
    expect(
      seenRows(
        slopes[1],
        observed.map((each) => 1 - each),
      ).every((each) => each === 0),
    ).toBe(true);
  });

  it('clear single elements by a mask of the shape of x', async () => {
    const x = ndArray(Float32Array.of(1, Number.NaN, 3, 4), [1, 2, 2]);
    const mask = ndArray(Float32Array.of(1, 0, 0, 1), [1, 2, 2]);
    expect(Array.from((await run(zeroUnobserved, x, mask)).data)).toEqual([1, 0, 0, 4]);
  });

  it.each(['layer', 'rms'] as const)(
    'keep the past of a causal stack of blocks free of the future: %s norm',
    async (norm) => {
      const block: BlockConfig = { ...config, hidden: 12, norm };
      const layer = layerOf(
        (plan) => {
          planBlock(plan.scope('one'), block);
          planBlock(plan.scope('two'), block);
        },
        (params, x) => {
          const bias = causalBias(steps);
          return applyBlock(params.scope('two'), applyBlock(params.scope('one'), x, block, { bias }), block, {
            bias,
          });
        },
      );
      const x = noise([2, steps, config.width], 4);
      const whole = await outputOf(engine, layer, x);
      for (const from of [1, 3, 5]) {
        const changed = await outputOf(engine, layer, withOtherSuffix(x, from));
        expect(prefixOf(changed, from)).toEqual(prefixOf(whole, from));
        expect(changed.data).not.toEqual(whole.data);
      }
    },
  );

  it('let a local window see its steps and no others', async () => {
    const layer = attending(() => ({ bias: localBias(steps, steps, { before: 2, after: 1 }) }));
    const x = noise([1, steps, config.width], 5);
    const whole = await outputOf(engine, layer, x);
    for (let place = 0; place < steps; place++) {
      const data = Float32Array.from(x.data);
      data[place * config.width] += 1;
      const changed = await outputOf(engine, layer, ndArray(data, x.shape));
      for (let i = 0; i < steps; i++) {
        const rows = [whole, changed].map((each) =>
          each.data.slice(i * config.width, (i + 1) * config.width),
        );
        const sees = place >= i - 2 && place <= i + 1;
        expect(rows[0].every((value, c) => value === rows[1][c])).toBe(!sees);
      }
    }
  });
});
