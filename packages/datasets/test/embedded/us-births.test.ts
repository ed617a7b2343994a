import { beforeAll, describe, expect, it } from 'vitest';
import { loadUsBirths } from '../../src/embedded/us-births.js';

const week = 7;

describe('daily births in the United States', () => {
  let values: Float64Array;
  let indexOf: (day: string) => number;
  let holidays: { readonly name: string; readonly step: number }[];

  beforeAll(async () => {
    const [frame] = (await loadUsBirths()).frames;
    values = frame.channel('births').values;
    indexOf = (day) => frame.time.indexOf(Date.parse(day));
    holidays = frame.interventions.map(({ name, time }) => ({ name, step: frame.time.indexOf(time) }));
  });

  it('are those of the file', () => {
    expect(values[indexOf('1969-01-01')]).toBe(8486);
    expect(values[indexOf('1976-05-09')]).toBe(6675);
    expect(values[indexOf('1988-12-31')]).toBe(9133);
  });

  it('are doubled counts of a sample until 1971: all even, and about half of them even later', () => {
    const split = indexOf('1972-01-01');
    const isEven = [...values].map((value) => value % 2 === 0);
    expect(isEven.slice(0, split).every(Boolean)).toBe(true);
    const later = isEven.slice(split);
    expect(later.filter(Boolean).length / later.length).toBeCloseTo(0.5, 1);
  });

  it('fall on each kind of holiday, against the same weekday a week before and after', () => {
    const ratios = new Map<string, number[]>();
    for (const { name, step } of holidays) {
      if (step < week || step + week >= values.length) continue;
      const usual = (values[step - week] + values[step + week]) / 2;
      ratios.set(name, [...(ratios.get(name) ?? []), values[step] / usual]);
    }
    expect(ratios.size).toBe(6);
    for (const [name, each] of ratios) {
      const mean = each.reduce((sum, ratio) => sum + ratio, 0) / each.length;
      expect(mean, name).toBeLessThan(0.95);
    }
  });

  it('come with an interventions list of 120 holidays', () => {
    expect(holidays).toHaveLength(120);
  });
});
