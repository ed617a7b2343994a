import { RandomStream, randomKey, regularTimeAxis, SeriesFrame } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import type { Patches } from '../../../src/patches/index.js';
import { audit } from '../../../src/preservation/audit/audit.js';
import { courseWithin, noCourse, withoutCourse } from '../../../src/preservation/checks/without-course.js';
import { survivingOf } from '../../../src/preservation/surviving/surviving-of.js';
import { contextOf, uniform } from './check-fixtures.js';

const sides = { from: 10, at: 90, to: 180 };

function noise(seed: number, length: number): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from({ length }, () => stream.normal());
}

/** The context of a series and what survives of it in means over six steps, with the means to summarise it anew. */
function context(values: Float64Array) {
  const summarise = (own: Float64Array, level: Float64Array, patches: Patches) =>
    survivingOf('mean', 'y', own, level, patches);
  return { ...contextOf(values, 'mean', uniform(values.length, 6)), summarise };
}

describe('a series without its course', () => {
  const control = noise(1, 200);
  // What a control is on average stays in the level.
  const average = control.slice(sides.from, sides.to).reduce((sum, value) => sum + value / 170, 0);
  const effect = (t: number) => 0.2 * t + (t >= 90 ? 2 + 0.1 * (t - 90) : 0);
  const course = { season: 12, controls: [control] };
  const values = Float64Array.from(
    { length: 200 },
    (_, t) => 3 * Math.sin((2 * Math.PI * t) / 12) + 5 * control[t] + effect(t),
  );

  it('is what two lines leave to no season and no control, in patches of its own', () => {
    const local = withoutCourse(context(values), sides, course);
    // Patches of 6: from step 6 to step 180.
    expect(local.sides).toEqual({ from: 4, at: 84, to: 174 });
    expect(local.context.patches.length).toBe(174);
    for (let t = sides.from; t < sides.to; t++) {
      expect(local.context.raw[t - 6]).toBeCloseTo(effect(t) + 5 * average, 9);
    }
    const mean = (from: number) => [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + effect(from + i) / 6, 0);
    expect(local.context.surviving.values[24]).toBeCloseTo(mean(30) + 5 * average, 9);
    // Nothing is known of the course outside of the sides.
    expect([...local.context.raw.subarray(0, 4)]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });

  it('takes the course off a reconstruction as it is', () => {
    const { summarise: _, ...known } = context(values);
    const perfect = { ...known, surviving: { ...known.surviving, values: values.slice() } };
    const local = withoutCourse(perfect, sides, course);
    expect(local.context.surviving.values[94]).toBeCloseTo(effect(100) + 5 * average, 9);
  });

  it('is the series itself where nothing is known, or nothing can be told', () => {
    const whole = context(values);
    expect(withoutCourse(whole, sides, noCourse).context).toBe(whole);
    const ramp = Float64Array.from({ length: 200 }, (_, t) => 2 * t - 5);
    expect(withoutCourse(whole, sides, { season: undefined, controls: [ramp] }).context).toBe(whole);
    const gone = new Float64Array(200).fill(Number.NaN);
    expect(withoutCourse(whole, sides, { season: undefined, controls: [gone] }).context).toBe(whole);
  });

  it('leaves a season out that a side holds less than twice', () => {
    expect(courseWithin({ season: 40, controls: [] }, sides).season).toBe(40);
    expect(courseWithin({ season: 41, controls: [] }, sides).season).toBeUndefined();
  });
});

describe('an audit of an intervention', () => {
  const length = 600;
  const at = 300;
  const control = noise(3, length);
  const frameOf = (values: Float64Array) =>
    new SeriesFrame({
      id: 'a',
      time: regularTimeAxis({ start: 0, frequency: 'h', length }),
      channels: [
        { name: 'y', values },
        { name: 'other', role: 'past', values: control },
      ],
      interventions: [{ name: 'law', time: at * 3_600_000 }],
    });
  const level = async (values: Float64Array, options: object) => {
    const report = await audit(frameOf(values), uniform(length, 6), {
      detectors: [],
      nullPoints: 0,
      sizes: [],
      ...options,
    });
    return report.data.findings.find(({ ruleId }) => ruleId === 'intervention-level');
  };

  it('tells an effect from the season of the frequency', async () => {
    const daily = noise(4, length).map(
      (value, t) => value + 12 * Math.sin((2 * Math.PI * t) / 24) + (t >= at ? 2 : 0),
    );
    expect(await level(daily, { season: 1 })).toMatchObject({ verdict: 'not-assessable' });
    const told = await level(daily, {});
    expect(told?.verdict).toBe('preserved');
    expect(Math.abs(told?.details.rawEffect ?? 0)).toBeGreaterThan(1.2);
    expect(Math.abs(told?.details.rawEffect ?? 0)).toBeLessThan(2.8);
  });

  it('tells an effect from the course that a control carries', async () => {
    const steered = noise(5, length).map((value, t) => value + 10 * control[t] + (t >= at ? 2 : 0));
    expect(await level(steered, {})).toMatchObject({ verdict: 'not-assessable' });
    const told = await level(steered, { controls: ['other'] });
    expect(told?.raw).toBeGreaterThan(3);
    // Of a step between two patches means lose next to nothing.
    expect(told?.ratio).toBeGreaterThan(0.95);
    expect(told?.ratio).toBeLessThan(1.05);
    await expect(level(steered, { controls: ['none'] })).rejects.toThrow('CHANNEL_UNKNOWN');
  });
});
