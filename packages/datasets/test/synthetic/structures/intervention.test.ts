import { describe, expect, it } from 'vitest';
import { type StructureOptions, structuresOfKind, syntheticSeries } from '../../../src/synthetic/index.js';
import { thrown } from '../thrown.js';

function plant(structures: StructureOptions[]) {
  return syntheticSeries({
    length: 100,
    frequency: 'D',
    noise: { sd: 2 },
    seasonalities: [{ period: 7 }],
    structures,
    controls: { count: 1 },
  });
}

const campaign: StructureOptions = {
  kind: 'intervention',
  name: 'campaign',
  at: 40,
  end: 60,
  level: 3,
  slope: 0.5,
};

describe('an intervention', () => {
  it('adds level and slope in its steps, in multiples of the noise sd', () => {
    const { truth } = plant([campaign]);
    const [{ events, effect }] = structuresOfKind(truth, 'intervention');
    expect(events).toEqual([{ start: 40, end: 60, level: 6, slope: 1 }]);
    for (let t = 0; t < 100; t++) expect(effect.signal?.[t]).toBe(t >= 40 && t < 60 ? 6 + (t - 40) : 0);
  });

  it('is told by the frame at its time, with an end only where it ends', () => {
    const { frame } = plant([campaign, { kind: 'intervention', at: 70, unit: 'value', level: -1 }]);
    const day = 86_400_000;
    expect(frame.interventions).toEqual([
      { name: 'campaign', time: frame.time.timeAt(0) + 40 * day, end: frame.time.timeAt(0) + 60 * day },
      { name: 'intervention', time: frame.time.timeAt(0) + 70 * day },
    ]);
  });

  it('does not reach the controls, and neither does anything else that is planted', () => {
    const structures: StructureOptions[] = [
      campaign,
      { kind: 'spikes', count: 5 },
      { kind: 'variance-changes' },
      { kind: 'missingness' },
    ];
    expect(plant(structures).frame.channel('control-1')).toEqual(plant([]).frame.channel('control-1'));
    const { frame, truth } = plant(structures);
    const [control] = truth.controls;
    const sum = control.signal.map((value, t) => value + control.noise[t]);
    expect(frame.channel('control-1').values).toEqual(sum);
    expect(control.signal).toEqual(truth.base.seasonalities[0].values);
  });

  it('lets the controls show what would have been: the difference to them is the effect and what noise is not shared', () => {
    const { frame, truth } = syntheticSeries({
      length: 100,
      structures: [campaign],
      controls: { count: 1, correlation: 1 },
    });
    const [target, control] = [frame.channel('y').values, frame.channel('control-1').values];
    const [{ effect }] = structuresOfKind(truth, 'intervention');
    target.forEach((value, t) => {
      expect(value - control[t]).toBeCloseTo(effect.signal?.[t] ?? Number.NaN, 9);
    });
  });

  it.each([
    [{ at: 100 }, '[100, 100)'],
    [{ at: 50, end: 50 }, '[50, 50)'],
    [{ at: 50, end: 101 }, '[50, 101)'],
  ])('is refused outside the series: %j', (options, found) => {
    const error = thrown(() => plant([{ kind: 'intervention', ...options }]));
    expect(error.code).toBe('PLAN_IMPOSSIBLE');
    expect(error.found).toBe(found);
  });
});
