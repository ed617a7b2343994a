import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../../../../../testing/requirement.js';
import { detectIntervention } from '../../../../src/preservation/detectors/interventions/detect-intervention.js';

function noise(seed: number, length: number, memory = 0): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  let last = 0;
  return Float64Array.from({ length }, () => {
    last = memory * last + stream.normal();
    return last;
  });
}

describe('detectIntervention', () => {
  it('gives the level and slope of a series without noise, and the average effect', () => {
    const values = Float64Array.from(
      { length: 100 },
      (_, t) => 5 + 0.5 * t + (t >= 60 ? 4 - 0.25 * (t - 60) : 0),
    );
    const { status, estimate, structures } = detectIntervention('y', values, { at: 60 });
    expect(status).toBe('found');
    expect(estimate?.level.value).toBeCloseTo(4, 8);
    expect(estimate?.slope.value).toBeCloseTo(-0.25, 8);
    // Mean of 4 - 0.25 s over s = 0 to 39.
    expect(estimate?.effect.value).toBeCloseTo(4 - 0.25 * 19.5, 8);
    expect(structures[0]).toMatchObject({
      kind: 'intervention',
      start: 60,
      end: 100,
      detector: 'intervention',
    });
    expect(structures[0].statistic * structures[0].scale).toBeCloseTo(
      estimate?.level.pValue === 0 ? structures[0].details.level : structures[0].details.slope,
      8,
    );
  });

  it('finds a jump and a bend in noise and a season, with intervals that hold the truth as often as they say', () => {
    const rounds = 100;
    const held = { level: 0, slope: 0, effect: 0 };
    for (let seed = 0; seed < rounds; seed++) {
      const values = noise(seed, 300, 0.4).map(
        (value, t) => value + 3 * Math.cos((2 * Math.PI * t) / 12) + (t >= 200 ? 6 + 0.1 * (t - 200) : 0),
      );
      const { status, structures } = detectIntervention('y', values, { at: 200, season: 12, harmonics: 2 });
      expect(status).toBe('found');
      const [{ details, statistic, threshold, pValue }] = structures;
      expect(Math.abs(statistic)).toBeGreaterThan(threshold);
      expect(pValue).toBeLessThan(0.01);
      expect(details.levelHigh - details.level).toBeCloseTo(details.level - details.levelLow, 10);
      if (details.levelLow < 6 && 6 < details.levelHigh) held.level += 1;
      if (details.slopeLow < 0.1 && 0.1 < details.slopeHigh) held.slope += 1;
      if (details.effectLow < 10.95 && 10.95 < details.effectHigh) held.effect += 1;
    }
    // 95 are expected; 87 or fewer have a chance of 0.1 percent.
    for (const count of Object.values(held)) expect(count).toBeGreaterThan(87);
  });

  it('sees through controls what the noise of the series hides', () => {
    const common = noise(2, 200, 0.9).map((value) => 5 * value);
    const own = noise(3, 200);
    const values = common.map((value, t) => value + own[t] + (t >= 150 ? 2 : 0));
    const alone = detectIntervention('y', values, { at: 150 });
    const controlled = detectIntervention('y', values, { at: 150 }, [common]);
    expect(controlled.status).toBe('found');
    expect(Math.abs((controlled.estimate?.effect.value ?? 0) - 2)).toBeLessThan(0.6);
    expect(controlled.estimate?.effect.error).toBeLessThan(0.2 * (alone.estimate?.effect.error ?? 0));
  });

  it.each([
    [0, 60],
    [0.6, 60],
    [0.6, 200],
    [0.8, 200],
  ])('rejects about as often as it says without an effect, with memory %f of %i steps', (memory, length) => {
    let found = 0;
    let effects = 0;
    const rounds = 200;
    for (let seed = 0; seed < rounds; seed++) {
      const values = noise(seed, length, memory);
      const { status, estimate } = detectIntervention('y', values, {
        at: Math.floor(0.6 * length),
        significance: 0.05,
      });
      if (status === 'found') found += 1;
      if ((estimate?.effect.pValue ?? 0) < 0.05) effects += 1;
    }
    // 10 are expected; 24 is where 12 percent would be the mean.
    expect(found).toBeLessThan(24);
    expect(effects).toBeLessThan(24);
    expect(found + effects).toBeGreaterThan(2);
  });

  it('does not depend on level and scale, and knows nothing of steps after the end', () => {
    const values = noise(4, 120).map((value, t) => value + (t >= 70 ? 3 : 0));
    const { estimate } = detectIntervention('y', values, { at: 70 });
    const moved = detectIntervention(
      'y',
      values.map((value) => 1e100 * (7 + value)),
      { at: 70 },
    );
    expect((moved.estimate?.level.value ?? 0) / 1e100).toBeCloseTo(estimate?.level.value ?? 0, 8);
    const longer = Float64Array.from({ length: 200 }, (_, t) => (t < 120 ? values[t] : 1e6));
    const cut = detectIntervention('y', longer, { at: 70, end: 120 });
    expect(cut.estimate).toEqual(estimate);
    expect(cut.structures[0].end).toBe(120);
  });

  it('skips steps where the channel or a control is missing, whatever stands beside them', () => {
    const values = noise(5, 200).map((value, t) => value + (t >= 120 ? 3 : 0));
    const control = noise(6, 200);
    values[30] = Number.NaN;
    control[150] = Number.NaN;
    const { estimate, missing } = detectIntervention('y', values, { at: 120 }, [control]);
    expect(missing).toBe(1);
    const garbled = values.slice();
    garbled[150] = 1e5;
    const other = control.slice();
    other[30] = -1e5;
    expect(detectIntervention('y', garbled, { at: 120 }, [other]).estimate).toEqual(estimate);
  });

  it('says what it cannot judge', () => {
    const judge = (values: Float64Array, at: number, controls?: Float64Array[]) =>
      detectIntervention('y', values, { at }, controls);
    expect(judge(Float64Array.of(1, 2), 1)).toMatchObject({
      status: 'not-assessable',
      reason: '1 observed steps before and 1 after, too few for 4 terms in all and 2 before',
      structures: [],
    });
    expect(judge(new Float64Array(50).fill(Number.NaN), 20).reason).toBe(
      '0 complete steps without any variation',
    );
    expect(judge(new Float64Array(50).fill(0.1), 20).reason).toBe('50 complete steps without any variation');
    const values = noise(7, 50);
    expect(judge(values, 20, [new Float64Array(50).fill(3)]).reason).toBe(
      'control 1 is a combination of other terms',
    );
    const late = Float64Array.from({ length: 50 }, (_, t) => (t < 20 ? 1 : t % 5));
    expect(judge(values, 20, [late]).reason).toBe(
      'before the intervention control 1 is a combination of other terms',
    );
  });

  it('refuses steps outside the channel, controls of another length, infinities and unknown options', () => {
    const values = noise(8, 50);
    expect(() => detectIntervention('y', values, { at: 50 })).toThrow(
      'RANGE_INVALID: intervention: expected steps with 0 < at < end <= 50, found [50, 50).',
    );
    expect(() => detectIntervention('y', values, { at: 0 })).toThrow('OPTIONS_INVALID');
    expect(() => detectIntervention('y', values, { at: 20 }, [new Float64Array(49)])).toThrow(
      'SHAPE_MISMATCH: control 1: expected 50 steps, as the channel has, found 49.',
    );
    const infinite = values.slice();
    infinite[3] = Number.POSITIVE_INFINITY;
    expect(() => detectIntervention('y', infinite, { at: 20 })).toThrow(
      'NUMBER_INFINITE: channel "y" at step 3',
    );
    expect(() => detectIntervention('y', values, { at: 20 }, [infinite])).toThrow(
      'NUMBER_INFINITE: channel "control 1" at step 3',
    );
  });

  it('does not write to its input', () => {
    const values = noise(9, 80);
    const control = noise(10, 80);
    const copies = [values.slice(), control.slice()];
    detectIntervention('y', values, { at: 40, season: 7 }, [control]);
    expect([values, control]).toEqual(copies);
  });

  it('ends in an answer of finite figures, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ noDefaultInfinity: true, noNaN: true }), { nil: Number.NaN }), {
          minLength: 2,
          maxLength: 40,
        }),
        fc.nat(38),
        (given, place) => {
          const values = Float64Array.from(given);
          const { estimate } = detectIntervention('y', values, { at: 1 + (place % (given.length - 1)) });
          if (estimate === undefined) return;
          for (const { value, pValue } of [estimate.level, estimate.slope, estimate.effect]) {
            expect(value).not.toBeNaN();
            expect(pValue).toBeGreaterThanOrEqual(0);
            expect(pValue).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('gives an average effect inside the interval that CausalImpact publishes for its examples', async (context) => {
    needs(context, 'data');
    const columnsOf = async (name: string, separator: string) => {
      const text = await readFile(join(dataFolder, 'causal', `${name}.csv`), 'utf8');
      const rows = text.trim().split('\n').slice(1);
      return (i: number) => Float64Array.from(rows, (row) => Number(row.split(separator)[i]));
    };
    const volks = await columnsOf('volks', ' ');
    const emissions = detectIntervention('VolksWagen', volks(1), { at: 246 }, [volks(2), volks(3)]);
    expect(emissions.status).toBe('found');
    expect(emissions.estimate?.effect.value).toBeGreaterThan(-55);
    expect(emissions.estimate?.effect.value).toBeLessThan(-33);
    const arma = await columnsOf('arma', ',');
    const { estimate } = detectIntervention('y', arma(0), { at: 70 }, [arma(1)]);
    expect(estimate?.effect.value).toBeGreaterThan(0.27);
    expect(estimate?.effect.value).toBeLessThan(1.5);
    expect(estimate?.effect.low).toBeGreaterThan(0);
  });
});
