import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StructureOptions, structuresOfKind, syntheticSeries } from '../../../src/synthetic/index.js';
import { mean, spansWhere } from '../statistics.js';
import { thrown } from '../thrown.js';

type SpikesOptions = Omit<Extract<StructureOptions, { kind: 'spikes' }>, 'kind'>;

function plant(options: SpikesOptions, length = 400, seed = 1) {
  const series = syntheticSeries({
    length,
    seed,
    noise: { sd: 2 },
    structures: [{ kind: 'spikes', ...options }],
  });
  const [spikes] = structuresOfKind(series.truth, 'spikes');
  return { ...series, spikes };
}

describe('spikes', () => {
  it('stand in the series where the truth says, with the size that it says, and nowhere else', () => {
    const { frame, truth, spikes } = plant({ count: 12, width: [1, 4], minSpacing: 3 });
    const residual = frame.channel('y').values.map((value, t) => value - truth.base.noise[t]);
    expect(spansWhere(400, (t) => Math.abs(residual[t]) > 1e-9)).toEqual(
      spikes.events.map(({ start, end }) => ({ start, end })),
    );
    for (const { start, end, size } of spikes.events) {
      for (let t = start; t < end; t++) expect(residual[t]).toBeCloseTo(size, 9);
    }
  });

  it('keep number, width, size and spacing in every plan that fits', () => {
    const plans = fc.record({
      count: fc.integer({ min: 0, max: 8 }),
      width: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 3, max: 5 })),
      minSpacing: fc.integer({ min: 0, max: 20 }),
      size: fc.tuple(fc.double({ min: 1, max: 5, noNaN: true }), fc.double({ min: 5, max: 9, noNaN: true })),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(plans, ({ count, width, minSpacing, size, seed }) => {
        const { events } = plant({ count, width, minSpacing, size }, 400, seed).spikes;
        expect(events).toHaveLength(count);
        events.forEach((event, i) => {
          expect(event.end - event.start).toBeGreaterThanOrEqual(width[0]);
          expect(event.end - event.start).toBeLessThanOrEqual(width[1]);
          if (i > 0) expect(event.start - events[i - 1].end).toBeGreaterThanOrEqual(minSpacing);
          // The noise has sd 2.
          expect(Math.abs(event.size)).toBeGreaterThanOrEqual(2 * size[0]);
          expect(Math.abs(event.size)).toBeLessThanOrEqual(2 * size[1]);
        });
      }),
    );
  });

  it.each([
    ['up', [1, 1, 1, 1]],
    ['down', [-1, -1, -1, -1]],
    ['alternating', [1, -1, 1, -1]],
  ] as const)('go %s where asked', (sign, expected) => {
    const { events } = plant({ count: 4, sign }).spikes;
    expect(events.map(({ size }) => Math.sign(size))).toEqual(expected);
  });

  it('go either way about equally often by default', () => {
    const signs = plant({ count: 2000, minSpacing: 0 }, 10_000).spikes.events.map(({ size }) =>
      Math.sign(size),
    );
    // 5 standard errors of a fair coin.
    expect(Math.abs(mean(signs))).toBeLessThan(5 / Math.sqrt(2000));
  });

  it('stand where the caller says, in the unit the caller says', () => {
    const { events, options } = plant({ at: [300, 7], size: 5, sign: 'up', unit: 'value' }).spikes;
    expect(events).toEqual([
      { start: 7, end: 8, size: 5 },
      { start: 300, end: 301, size: 5 },
    ]);
    expect(options.count).toBe(2);
  });

  it('stay within the steps asked for', () => {
    for (let seed = 0; seed < 20; seed++) {
      for (const { start, end } of plant({ count: 5, within: { start: 50, end: 80 } }, 400, seed).spikes
        .events) {
        expect(start).toBeGreaterThanOrEqual(50);
        expect(end).toBeLessThanOrEqual(80);
      }
    }
  });

  it('keep their places where only their sizes change', () => {
    const places = (options: SpikesOptions) =>
      plant({ count: 5, ...options }).spikes.events.map(({ start }) => start);
    expect(places({ size: 3, sign: 'down', unit: 'value' })).toEqual(places({}));
  });

  it('may be none, and may fill a series of one step', () => {
    const none = plant({ count: 0 });
    expect(none.spikes.events).toEqual([]);
    expect(none.truth.signal).toEqual(new Float64Array(400));
    expect(plant({ count: 1 }, 1).spikes.events).toMatchObject([{ start: 0, end: 1 }]);
  });

  it('are refused where there are more than fit their spacing', () => {
    expect(plant({ count: 4, minSpacing: 2 }, 10).spikes.events.map(({ start }) => start)).toEqual([
      0, 3, 6, 9,
    ]);
    const error = thrown(() => plant({ count: 5, minSpacing: 2 }, 12));
    expect(error.code).toBe('PLAN_IMPOSSIBLE');
    expect(error.message).toBe(
      'PLAN_IMPOSSIBLE: structure "spikes": expected at least 13 steps to hold 5 spans 2 steps apart, found 12 steps in [0, 12). Plan fewer or shorter ones, let them lie closer, or make the series longer.',
    );
  });

  it('are refused outside the series', () => {
    expect(thrown(() => plant({ at: [400] })).code).toBe('PLAN_IMPOSSIBLE');
    const error = thrown(() => plant({ within: { start: 0, end: 401 } }));
    expect(error.code).toBe('PLAN_IMPOSSIBLE');
    expect(error.argument).toBe('structure "spikes" within');
  });

  it('cannot be measured by a noise that is not there', () => {
    const error = thrown(() =>
      syntheticSeries({ length: 9, noise: { sd: 0 }, structures: [{ kind: 'spikes' }] }),
    );
    expect(error.message).toBe(
      'OPTIONS_INVALID: structure "spikes" unit: expected a noise sd above 0, since sizes are multiples of it, found a noise sd of 0. Give the sizes in the unit of the values, with unit: "value".',
    );
    const structures = [{ kind: 'spikes', unit: 'value', at: [4], size: 3, sign: 'up' }] as const;
    const { frame } = syntheticSeries({ length: 9, noise: { sd: 0 }, structures });
    expect(Array.from(frame.channel('y').values)).toEqual([0, 0, 0, 0, 3, 0, 0, 0, 0]);
  });
});
