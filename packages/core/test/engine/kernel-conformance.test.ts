/**
 * Every kernel that can be traced, over random shapes of every rank, with broadcasting and without elements: values and
 * slopes on each engine against the cpu reference, slopes of the reference against finite differences. The registry is what
 * drives the tests, so a kernel that is added without cases, or without a gradient or a reason, fails here.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { gradients } from '../../src/engine/gradients/with-gradients.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { traceKernels } from '../../src/engine/trace/trace-function.js';
import { randomKey } from '../../src/random/key.js';
import { elementwiseTable } from './kernels/elementwise-cases.js';
import type { KernelTable } from './kernels/kernel-cases.js';
import { comparedEngines } from './kernels/opened-engine.js';
import { reductionTable } from './kernels/reduction-cases.js';
import { differencesOn, expectClose, inputsOf, outcomeOn } from './kernels/run-case.js';
import { highestRank, ShapeDraw } from './kernels/shape-draw.js';
import { structureTable } from './kernels/structure-cases.js';
import type { OperationCase } from './operations.js';

/** Kernels that have no slope, and why. */
const withoutGradient: Readonly<Record<string, string>> = {
  ArgMax: 'a position is a whole number, and asking for its slope is a mistake',
  ArgMin: 'a position is a whole number, and asking for its slope is a mistake',
  OneHot: 'its input is a whole number',
  Fill: 'has no input',
  Range: 'has no input',
};

const table: KernelTable = { ...elementwiseTable, ...reductionTable, ...structureTable };
const differentiated = new Set(gradients.map(({ kernelName }) => kernelName));
const hasSlopes = (kernel: string, { smooth }: OperationCase) =>
  smooth !== false && withoutGradient[kernel] === undefined;

interface Kernel {
  readonly kernel: string;
  readonly ranks: readonly [number, number];
  readonly cases: readonly OperationCase[];
}

const anyRank: readonly [number, number] = [0, highestRank];
const kernels: readonly Kernel[] = Object.entries(table).map(
  ([kernel, { ranks = anyRank, draw }], index) => ({
    kernel,
    ranks,
    cases: draw(new ShapeDraw(randomKey(11), index)),
  }),
);

/** float32 kernels of different libraries agree to a few units in the last place, times the length of a sum. */
const tolerance = 2e-5;
/** Rounding of float32 results, divided by the shift of the differences. */
const slopeTolerance = 1e-3;

describe('the registry of kernels', () => {
  it('has cases for every kernel that can be traced, and for nothing else', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(traceKernels).sort());
  });

  it('has a gradient or a reason for every kernel, and no gradient of what cannot be traced', () => {
    const explained = Object.keys(withoutGradient);
    expect([...differentiated, ...explained].sort()).toEqual(Object.keys(traceKernels).sort());
  });

  it.each(kernels)(
    'has cases of $kernel for every rank, without elements, and with slopes',
    ({ kernel, ranks, cases }) => {
      const seen = new Set(cases.map(({ shapes }) => Math.max(...shapes.map(({ length }) => length))));
      for (let rank = ranks[0]; rank <= ranks[1]; rank++) expect(seen, `rank ${rank}`).toContain(rank);
      const sizes = cases.flatMap(({ shapes }) => shapes.map((shape) => tf.util.sizeFromShape([...shape])));
      expect(sizes).toContain(0);
      if (!differentiated.has(kernel)) return;
      expect(
        cases.some((each) => hasSlopes(kernel, each) && each.shapes.flat().every((size) => size > 0)),
      ).toBe(true);
    },
  );

  it.each(kernels)('$kernel is what its cases run', async ({ kernel, cases }) => {
    const reference = await openEngine('cpu');
    for (const each of cases) {
      const inputs = inputsOf(each, 1).map(({ data, shape }) =>
        tf.tensor(Float32Array.from(data), [...shape]),
      );
      const { kernelNames } = await tf.profile(() => each.fn(...inputs));
      for (const input of inputs) input.dispose();
      expect(kernelNames, each.name).toContain(kernel);
    }
    reference.dispose();
  });
});

describe.each(await comparedEngines())('kernels on $name', ({ engine, reason }) => {
  if (engine === undefined) {
    it('are not run', (context) => context.skip(reason));
    return;
  }
  let reference: Engine;
  beforeAll(async () => {
    reference = await openEngine('cpu');
  });
  afterAll(() => {
    engine.dispose();
    reference.dispose();
  });

  it.each(kernels)('give the values and slopes of the reference: $kernel', async ({ kernel, cases }) => {
    for (const [index, each] of cases.entries()) {
      const inputs = inputsOf(each, index);
      const slopes = hasSlopes(kernel, each);
      const expected = await outcomeOn(reference, each, inputs, slopes);
      const actual = await outcomeOn(engine, each, inputs, slopes);
      expectClose(actual.value, expected.value, tolerance, each.name);
      for (const [k, slope] of expected.slopes.entries()) {
        expectClose(actual.slopes[k], slope, 5 * tolerance, `slope ${k} of ${each.name}`);
      }
    }
  });
});

describe('slopes of the reference', () => {
  let reference: Engine;
  beforeAll(async () => {
    reference = await openEngine('cpu');
  });
  afterAll(() => reference.dispose());
  const smooth = kernels.filter(({ kernel }) => withoutGradient[kernel] === undefined);

  it.each(smooth)('agree with finite differences: $kernel', async ({ kernel, cases }) => {
    for (const [index, each] of cases.entries()) {
      if (!hasSlopes(kernel, each)) continue;
      const inputs = inputsOf(each, index);
      const { slopes } = await outcomeOn(reference, each, inputs, true);
      const numeric = await differencesOn(reference, each, inputs);
      for (const [k, slope] of slopes.entries()) {
        expectClose(slope, numeric[k], slopeTolerance, `slope ${k} of ${each.name}`);
      }
    }
  });
});
