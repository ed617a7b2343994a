import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { Patches } from '../../../src/patches/index.js';
import { checkSpike } from '../../../src/preservation/checks/check-spike.js';
import type { SummaryName } from '../../../src/preservation/surviving/survival-form.js';
import { contextOf, structure, uniform } from './check-fixtures.js';

const key = randomKey(11);

/** White noise of sd 1 around 50 with one spike. */
function spiky(length: number, at: number, height: number, run: number): Float64Array {
  const stream = new RandomStream(foldIn(key, run));
  const values = Float64Array.from({ length }, () => 50 + stream.normal());
  values[at] = 50 + height;
  return values;
}

function checkOne(values: Float64Array, at: number, form: SummaryName, patches: Patches) {
  const spike = structure('spike', at, at + 1, { scale: 1, statistic: values[at] - 50 });
  return checkSpike(spike, contextOf(values, form, patches, [spike]), [spike]);
}

describe('a one-sample spike under mean pooling', () => {
  it.for([4, 8, 16, 32])('keeps A / sqrt(P) of its height on average, at P = %d', (size) => {
    const height = 8;
    const runs = 400;
    let [sum, squares, expected] = [0, 0, 0];
    for (let run = 0; run < runs; run++) {
      const at = 128 + (run % size);
      const result = checkOne(spiky(256, at, height, run), at, 'mean', uniform(256, size));
      sum += result.surviving ?? Number.NaN;
      squares += (result.surviving ?? Number.NaN) ** 2;
      expected += result.expected ?? Number.NaN;
    }
    const mean = sum / runs;
    const error = Math.sqrt((squares / runs - mean ** 2) / runs);
    expect(Math.abs(mean - height / Math.sqrt(size))).toBeLessThan(4 * error);
    expect(error).toBeLessThan(0.06);
    expect(Math.abs(expected / runs - height / Math.sqrt(size))).toBeLessThan(0.1);
  });

  it('is attenuated while it reaches the threshold and erased where it does not', () => {
    const values = spiky(256, 130, 12, 0);
    expect(checkOne(values, 130, 'mean', uniform(256, 4)).verdict).toBe('attenuated');
    expect(checkOne(values, 130, 'mean', uniform(256, 64)).verdict).toBe('erased');
  });
});

describe('other summaries', () => {
  it.for(['identity', 'min-max-first-last'] as const)('%s keeps it whole', (form) => {
    const result = checkOne(spiky(256, 130, 8, 1), 130, form, uniform(256, 64));
    expect(result.verdict).toBe('preserved');
    expect(result.ratio).toBe(1);
    expect(result.expected).toBeCloseTo(result.raw ?? 0, 12);
  });

  it('first-last keeps it at the ends of a patch only', () => {
    const values = spiky(256, 128, 8, 2);
    expect(checkOne(values, 128, 'first-last', uniform(256, 16)).verdict).toBe('preserved');
    expect(checkOne(spiky(256, 135, 8, 2), 135, 'first-last', uniform(256, 16)).verdict).toBe('erased');
  });

  it('linear keeps A times the root of its leverage', () => {
    // Leverage of the last of 4 steps: 1/4 + 1.5^2 / 5 = 0.7.
    const result = checkOne(spiky(256, 131, 20, 3), 131, 'linear', uniform(256, 4));
    expect(result.expected).toBeCloseTo((result.raw ?? 0) * Math.sqrt(0.7), 12);
  });
});

describe('where a spike lies', () => {
  it('is merged with another in a pooled patch', () => {
    const values = spiky(256, 130, 40, 4);
    values[133] = 90;
    const spikes = [130, 133].map((at) => structure('spike', at, at + 1, { scale: 1 }));
    const result = checkSpike(spikes[0], contextOf(values, 'mean', uniform(256, 16), spikes), spikes);
    expect(result.verdict).toBe('merged');
  });

  it('is displaced in a reconstruction that shows it three steps late', () => {
    const values = spiky(256, 130, 10, 5);
    const late = values.slice();
    late[130] = 50;
    late[133] = 60;
    const spike = structure('spike', 130, 131, { scale: 1 });
    const context = contextOf(values, { reconstruction: { y: late } }, uniform(256, 16), [spike]);
    const result = checkSpike(spike, context, [spike]);
    expect(result.verdict).toBe('displaced');
    expect(result.details.offset).toBe(3);
  });

  it('cannot be assessed where it was not observed, and its patch is named', () => {
    const values = spiky(256, 130, 10, 6);
    values[130] = Number.NaN;
    const result = checkOne(values, 130, 'mean', Patches.fromEnds([100, 140, 256], 256));
    expect(result.verdict).toBe('not-assessable');
    expect(result.reason).toBe('no step of it was observed');
    expect(result.patchIds).toEqual([1]);
  });

  it('changes no input', () => {
    const values = spiky(256, 130, 10, 7);
    const copy = values.slice();
    checkOne(values, 130, 'linear', uniform(256, 16));
    expect(values).toEqual(copy);
  });
});
