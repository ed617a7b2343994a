import { irregularTimeAxis, regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { embeddingSchema } from '../../src/patch/embeddings/index.js';
import { settlePhases } from '../../src/patch/settle-phases.js';

const crop = embeddingSchema.parse({ kind: 'crop' });
const values = new Float64Array(50);

function setOf(...frequencies: readonly string[]): SeriesSet {
  return new SeriesSet(
    frequencies.map((frequency, i) => {
      const time = regularTimeAxis({ start: 0, frequency, length: values.length });
      return new SeriesFrame({ id: `${i}`, time, channels: [{ name: 'y', values }] });
    }),
  );
}

describe('phases that nobody has given', () => {
  it.each([
    // Days have a week, hours a day, quarters of an hour a day of 96.
    ['D', 14, 21],
    ['D', 7, 14],
    ['h', 32, 48],
    ['h', 8, 24],
    ['15min', 32, 96],
  ])('are whole seasons that hold a patch and a half: %s at rate %i', (frequency, rate, phases) => {
    expect(settlePhases(crop, setOf(frequency), rate)).toEqual({ ...crop, phases });
  });

  it('are a patch and a half where a season is far longer, series differ in it, or there is none', () => {
    expect(settlePhases(crop, setOf('h'), 5)).toMatchObject({ phases: 8 });
    expect(settlePhases(crop, setOf('h', 'D'), 16)).toMatchObject({ phases: 24 });
    const time = irregularTimeAxis(Float64Array.from(values, (_, i) => i * i));
    const irregular = new SeriesSet([new SeriesFrame({ id: 'a', time, channels: [{ name: 'y', values }] })]);
    expect(settlePhases(crop, irregular, 16)).toMatchObject({ phases: 24 });
  });

  it('leave what was given, and kinds without them', () => {
    for (const phases of [0, 5]) {
      const given = { ...crop, phases };
      expect(settlePhases(given, setOf('h'), 16)).toBe(given);
    }
    const pool = embeddingSchema.parse({ kind: 'pool' });
    expect(settlePhases(pool, setOf('h'), 16)).toBe(pool);
  });
});
