/**
 * Every composite, over random shapes: values and hand-written slopes on each engine against plain operations on the cpu
 * reference, and against finite differences. A composite that is added without cases fails here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as attention from '../../src/engine/composites/attention.js';
import * as feedForward from '../../src/engine/composites/feed-forward.js';
import * as foldedNorm from '../../src/engine/composites/folded-norm.js';
import * as linear from '../../src/engine/composites/linear.js';
import * as linearRecurrence from '../../src/engine/composites/linear-recurrence.js';
import * as normalization from '../../src/engine/composites/normalization.js';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { randomKey } from '../../src/random/key.js';
import { compositeTable } from './kernels/composite-cases.js';
import { comparedEngines, openedEngine } from './kernels/opened-engine.js';
import { differencesOn, expectClose, inputsOf, outcomeOn } from './kernels/run-case.js';
import { ShapeDraw } from './kernels/shape-draw.js';

const modules = [attention, feedForward, foldedNorm, linear, linearRecurrence, normalization];
const composites = Object.entries(compositeTable).map(([name, draw], index) => ({
  name,
  cases: draw(new ShapeDraw(randomKey(12), index)),
}));

/** A composite adds and multiplies in another order than the plain operations do. */
const tolerance = 1e-4;
const slopeTolerance = 2e-3;

it('every composite has cases', () => {
  const exported = modules.flatMap((module) => Object.keys(module));
  expect(Object.keys(compositeTable).sort()).toEqual(exported.sort());
});

const engines = [...(await comparedEngines()), await openedEngine('cpu')];

describe.each(engines)('composites on $name', ({ engine, reason }) => {
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

  it.each(composites)('mean what they stand for: $name', async ({ cases }) => {
    for (const [index, each] of cases.entries()) {
      const inputs = inputsOf(each, index);
      const expected = await outcomeOn(reference, { ...each, fn: each.plain }, inputs, true);
      const actual = await outcomeOn(engine, each, inputs, true);
      expectClose(actual.value, expected.value, tolerance, each.name);
      for (const [k, slope] of expected.slopes.entries()) {
        expectClose(actual.slopes[k], slope, tolerance, `slope ${k} of ${each.name}`);
      }
    }
  });
});

describe('slopes of composites on the reference', () => {
  let reference: Engine;
  beforeAll(async () => {
    reference = await openEngine('cpu');
  });
  afterAll(() => reference.dispose());

  it.each(composites)('agree with finite differences: $name', async ({ cases }) => {
    for (const [index, each] of cases.entries()) {
      const inputs = inputsOf(each, index);
      const { slopes } = await outcomeOn(reference, each, inputs, true);
      const numeric = await differencesOn(reference, each, inputs);
      for (const [k, slope] of slopes.entries()) {
        expectClose(slope, numeric[k], slopeTolerance, `slope ${k} of ${each.name}`);
      }
    }
  });
});
