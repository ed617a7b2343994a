import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { ndArray } from '../../src/engine/nd-array.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { planMlp } from '../../src/nn/layers/dense.js';
import { planBlock } from '../../src/nn/layers/transformer.js';
import {
  initializeParams,
  learningMask,
  type ParamPlan,
  paramValues,
  planParams,
  readParams,
} from '../../src/nn/params/param-layout.js';
import { foldIn, randomKey } from '../../src/random/key.js';

const one = { kind: 'constant', value: 1 } as const;
const sample = planParams((plan) => {
  plan.add('bias', [3], { kind: 'constant', value: 0.25 });
  const block = plan.scope('block0');
  block.add('weight', [2, 3], { kind: 'uniform', limit: 0.5 });
  block.scope('inner').add('scale', [], { kind: 'normal', deviation: 2 });
});
const digest = (data: Float32Array) => createHash('sha256').update(data).digest('hex').slice(0, 16);

describe('a layout', () => {
  it('lists parameters in the order of the plan, end to end', () => {
    expect(sample.entries.map(({ path, shape, offset, size }) => ({ path, shape, offset, size }))).toEqual([
      { path: 'bias', shape: [3], offset: 0, size: 3 },
      { path: 'block0.weight', shape: [2, 3], offset: 3, size: 6 },
      { path: 'block0.inner.scale', shape: [], offset: 9, size: 1 },
    ]);
    expect(sample.size).toBe(10);
  });

  it.each([
    ['the same name twice', (plan: ParamPlan) => [plan.add('w', [1], one), plan.add('w', [2], one)]],
    [
      'one path by two ways',
      (plan: ParamPlan) => [
        plan.scope('a.b').add('w', [1], one),
        plan.scope('a').scope('b').add('w', [1], one),
      ],
    ],
  ])('refuses %s', (_, plan) => {
    expect(() => planParams((root) => void plan(root))).toThrow(
      /^PARAMS_INVALID: parameters: expected distinct paths, found "(a\.b\.)?w" twice\./,
    );
  });

  it('does not follow a shape that the caller changes afterwards', () => {
    const shape = [2];
    const layout = planParams((plan) => plan.add('w', shape, one));
    shape[0] = 9;
    expect(layout.entries[0]?.shape).toEqual([2]);
  });

  it('of nothing has no elements', () => {
    const layout = planParams(() => {});
    expect(layout).toEqual({ entries: [], size: 0 });
    expect(initializeParams(layout, randomKey(1))).toEqual(new Float32Array(0));
  });
});

describe('fresh parameters', () => {
  it('are the same bits for the same key, on every machine', () => {
    const model = planParams((plan) => {
      planMlp(plan.scope('mlp'), { widths: [4, 16, 2] });
      planBlock(plan.scope('block'), { width: 8, heads: 2, hidden: 16, norm: 'layer' });
      plan.add('query', [3, 8], { kind: 'normal', deviation: 0.02 });
    });
    expect(digest(initializeParams(model, randomKey(2024)))).toBe('ad43721b61fc2a9f');
    expect(digest(initializeParams(model, randomKey(2025)))).not.toBe('ad43721b61fc2a9f');
  });

  it('have the spread they ask for', () => {
    const layout = planParams((plan) => {
      plan.add('constant', [100], { kind: 'constant', value: -3 });
      plan.add('normal', [100, 100], { kind: 'normal', deviation: 0.5 });
      plan.add('uniform', [100, 100], { kind: 'uniform', limit: 2 });
    });
    const flat = initializeParams(layout, randomKey(3));
    const moments = (path: string) => {
      const values = Array.from(paramValues(layout, flat, path));
      const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
      const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
      return { values, mean, deviation: Math.sqrt(variance) };
    };
    expect(new Set(paramValues(layout, flat, 'constant'))).toEqual(new Set([-3]));
    const [normal, uniform] = [moments('normal'), moments('uniform')];
    // Four standard errors of 10,000 draws.
    expect(Math.abs(normal.mean)).toBeLessThan(4 * 0.005);
    expect(Math.abs(normal.deviation - 0.5)).toBeLessThan(4 * 0.0036);
    expect(Math.abs(uniform.mean)).toBeLessThan(4 * (2 / Math.sqrt(3) / 100));
    expect(Math.abs(uniform.deviation - 2 / Math.sqrt(3))).toBeLessThan(0.04);
    expect(Math.max(...uniform.values.map(Math.abs))).toBeLessThanOrEqual(2);
  });

  it('of one place do not depend on what follows, nor on each other', () => {
    const plan = (widths: readonly number[]) =>
      planParams((root) => {
        root.add('first', [50], { kind: 'normal', deviation: 1 });
        for (const [i, width] of widths.entries())
          root.add(`more${i}`, [width], { kind: 'normal', deviation: 1 });
      });
    const key = randomKey(4);
    const short = initializeParams(plan([50]), key);
    const long = initializeParams(plan([50, 7]), key);
    expect(long.slice(0, 100)).toEqual(short);
    expect(short.slice(50)).not.toEqual(short.slice(0, 50));
    expect(initializeParams(plan([50]), foldIn(key, 1))).not.toEqual(short);
  });
});

describe('parameters by path', () => {
  it('share memory with the flat vector', () => {
    const flat = initializeParams(sample, randomKey(5));
    paramValues(sample, flat, 'block0.weight')[1] = 42;
    expect(flat[4]).toBe(42);
    expect(() => paramValues(sample, flat, 'block0')).toThrow(
      'PARAMS_INVALID: parameters: expected a path of the layout, found "block0". Use the layout that the model itself planned.',
    );
  });

  it('are frozen by their path', () => {
    expect(Array.from(learningMask(sample, (path) => path.startsWith('block0.')))).toEqual([
      ...[1, 1, 1],
      ...[0, 0, 0, 0, 0, 0],
      0,
    ]);
    expect(Array.from(learningMask(sample, () => false))).toEqual(Array(10).fill(1));
  });
});

describe.each(['cpu', 'onnxruntime'] as const)('tensors of parameters on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });

  it('have the shapes and numbers of their places, for any layout', async () => {
    const shapes = fc.array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(shapes, async (all) => {
        const layout = planParams((plan) => {
          for (const [i, shape] of all.entries())
            plan.scope('s').add(`p${i}`, shape, { kind: 'normal', deviation: 1 });
        });
        const flat = initializeParams(layout, randomKey(6));
        const compiled = engine.compile((vector: tf.Tensor) => {
          const scope = readParams(layout, vector).scope('s');
          return all.map((_, i) => tf.add(scope.tensor(`p${i}`), 0));
        });
        const held = await compiled(ndArray(flat));
        for (const [i, shape] of all.entries()) {
          const value = await held[i]?.read();
          expect(value?.shape).toEqual(shape);
          expect(value?.data).toEqual(paramValues(layout, flat, `s.p${i}`));
          held[i]?.dispose();
        }
        compiled.dispose();
      }),
      { numRuns: 15, seed: 5 },
    );
  });

  it('are asked for by name', async () => {
    const compiled = engine.compile((vector: tf.Tensor) =>
      readParams(sample, vector).scope('block1').tensor('weight'),
    );
    await expect(compiled(ndArray(new Float32Array(10)))).rejects.toMatchObject({
      code: 'PARAMS_INVALID',
      found: '"block1.weight"',
    });
  });
});
