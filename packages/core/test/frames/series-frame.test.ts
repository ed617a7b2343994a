/** Frames: what they copy, share, refuse and compare. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channel, countObserved } from '../../src/frames/channel.js';
import { SeriesFrame, type SeriesFrameOptions } from '../../src/frames/series-frame.js';
import { irregularTimeAxis, regularTimeAxis } from '../../src/time/time-axis.js';

const day = 86_400_000;

function frame(options: Partial<SeriesFrameOptions> = {}): SeriesFrame {
  return new SeriesFrame({
    id: 'a',
    time: regularTimeAxis({ start: 0, frequency: 'D', length: 4 }),
    channels: [
      { name: 'y', values: [1, Number.NaN, 3, 4], unit: '°C' },
      { name: 'price', role: 'future', values: [9, 9, 8, 8] },
      { name: 'rain', role: 'past', values: [0, 1, 0, 2], observed: [1, 1, 0, 1] },
    ],
    statics: { city: 'Rome', size: 3, coast: false },
    interventions: [{ name: 'sale', time: 2 * day, end: 3 * day }],
    ...options,
  });
}

describe('a channel', () => {
  it('is NaN exactly where it was not observed', () => {
    const given = fc.record({
      values: fc.array(fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constant(Number.NaN)), {
        maxLength: 40,
      }),
      mask: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      isMasked: fc.boolean(),
    });
    fc.assert(
      fc.property(given, ({ values, mask, isMasked }) => {
        const observed = isMasked ? mask.slice(0, values.length) : undefined;
        const made = channel({ name: 'y', values, observed });
        values.forEach((value, i) => {
          const isObserved = !Number.isNaN(value) && (observed?.[i] ?? true);
          expect(made.observed[i]).toBe(isObserved ? 1 : 0);
          expect(made.values[i]).toBe(isObserved ? value : Number.NaN);
        });
        expect(countObserved(made)).toBe(made.values.filter((value) => !Number.isNaN(value)).length);
      }),
    );
  });

  it('does not look at what stands under the mask', () => {
    const made = channel({ name: 'y', values: [1, Number.POSITIVE_INFINITY, 1e300], observed: [1, 0, 0] });
    expect(made.values).toEqual(Float64Array.of(1, Number.NaN, Number.NaN));
  });

  it('copies what it is given', () => {
    const values = Float64Array.of(1, 2);
    const observed = [1, 1];
    const made = channel({ name: 'y', values, observed });
    values[0] = 9;
    observed[1] = 0;
    expect([...made.values, ...made.observed]).toEqual([1, 2, 1, 1]);
    expect(made).toMatchObject({ name: 'y', role: 'target' });
    expect('unit' in made).toBe(false);
  });

  it.each([
    [
      { values: [1, Number.NEGATIVE_INFINITY] },
      'NUMBER_INFINITE: channel "y" at step 1: expected a finite number, or NaN where nothing was observed, found -Infinity. Replace it by the value meant, or by NaN to mark it missing.',
    ],
    [
      { values: [1, 2], observed: [1] },
      'SHAPE_MISMATCH: observed mask of channel "y": expected 2 entries, as many as values, found 1. Give one mask entry per value.',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => channel({ name: 'y', ...options })).toThrowError(message);
  });
});

describe('a series frame', () => {
  it('keeps what it was given', () => {
    const made = frame();
    expect(made.length).toBe(4);
    expect(made.channels.map(({ name, role, unit }) => [name, role, unit])).toEqual([
      ['y', 'target', '°C'],
      ['price', 'future', undefined],
      ['rain', 'past', undefined],
    ]);
    expect(made.targets.map(({ name }) => name)).toEqual(['y']);
    expect(made.withRole('past').map(({ name }) => name)).toEqual(['rain']);
    expect(made.channel('rain').values).toEqual(Float64Array.of(0, 1, Number.NaN, 2));
    expect(made.statics).toEqual({ city: 'Rome', size: 3, coast: false });
    expect(made.interventions).toEqual([{ name: 'sale', time: 2 * day, end: 3 * day }]);
  });

  it('cannot be changed through what it was made of', () => {
    const values = [1, 2, 3, 4];
    const statics: Record<string, string> = { city: 'Rome' };
    const intervention = { name: 'sale', time: day };
    const interventions = [intervention];
    const channels = [{ name: 'y', values }];
    const made = frame({ channels, statics, interventions });
    values[0] = 99;
    channels.push({ name: 'z', values });
    statics.city = 'Oslo';
    intervention.time = 0;
    interventions.pop();
    expect(
      made.equals(
        frame({
          channels: [{ name: 'y', values: [1, 2, 3, 4] }],
          statics: { city: 'Rome' },
          interventions: [{ name: 'sale', time: day }],
        }),
      ),
    ).toBe(true);
  });

  it('cannot be changed by assignment, whole or derived', () => {
    for (const made of [frame(), frame().slice(1, 3), frame().withId('b').select(['y'])]) {
      for (const part of [
        made,
        made.channels,
        made.channels[0],
        made.statics,
        made.interventions,
        made.interventions[0],
      ]) {
        expect(Object.isFrozen(part)).toBe(true);
      }
    }
  });

  it('shares memory with its slices', () => {
    const made = frame();
    const part = made.slice(1, 3);
    expect(part.channel('y').values.buffer).toBe(made.channel('y').values.buffer);
    expect(part.channel('y').observed.buffer).toBe(made.channel('y').observed.buffer);
    expect([...part.channel('rain').values]).toEqual([1, Number.NaN]);
    expect([...part.channel('rain').observed]).toEqual([1, 0]);
    expect(part.time.timeAt(0)).toBe(day);
    expect(part.channel('y').unit).toBe('°C');
    expect(part.statics).toBe(made.statics);
  });

  it('can be cut again and again, and to nothing', () => {
    const bounds = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 4 });
    fc.assert(
      fc.property(bounds, (cuts) => {
        let part = frame();
        let steps = [0, 1, 2, 3];
        for (const [a, b] of cuts) {
          const to = Math.min(Math.max(a, b), part.length);
          const from = Math.min(a, b, to);
          part = part.slice(from, to);
          steps = steps.slice(from, to);
        }
        expect([...part.time.times()]).toEqual(steps.map((step) => step * day));
        expect([...part.channel('price').values]).toEqual(steps.map((step) => [9, 9, 8, 8][step]));
      }),
    );
  });

  it('is derived without a change of the rest', () => {
    const made = frame();
    expect(made.withId('b').id).toBe('b');
    expect(made.withId('b').withId('a').equals(made)).toBe(true);
    expect(made.select(['rain', 'y']).channels.map(({ name }) => name)).toEqual(['rain', 'y']);
    expect(made.slice(0, 4).select(['y', 'price', 'rain']).equals(made)).toBe(true);
    const changed = made.withChannels([{ name: 'z', values: [0, 0, 0, 0] }]);
    expect(changed.channels.map(({ name }) => name)).toEqual(['z']);
    expect(changed.statics).toEqual(made.statics);
    const later = made.slice(1, 4).withInterventions([
      { name: 'b', time: 5 },
      { name: 'a', time: 1 },
    ]);
    expect(later.interventions.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(made.equals(frame())).toBe(true);
  });

  it('is equal to one of the same content, whatever the order of its statics', () => {
    expect(frame().equals(frame({ statics: { coast: false, size: 3, city: 'Rome' } }))).toBe(true);
  });

  it.each<[string, SeriesFrame]>([
    ['id', frame({ id: 'b' })],
    ['time', frame({ time: regularTimeAxis({ start: day, frequency: 'D', length: 4 }) })],
    ['kind of axis', frame({ time: irregularTimeAxis([0, day, 2 * day, 3 * day]) })],
    ['statics', frame({ statics: { city: 'Rome', size: 3 } })],
    ['a static', frame({ statics: { city: 'Rome', size: 3, coast: true } })],
    ['the name of a static', frame({ statics: { town: 'Rome', size: 3, coast: false } })],
    ['interventions', frame({ interventions: [] })],
    ['the end of one', frame({ interventions: [{ name: 'sale', time: 2 * day }] })],
    ['the number of channels', frame().select(['y', 'price'])],
    ['the order of channels', frame().select(['price', 'y', 'rain'])],
    [
      'a value',
      frame().withChannels(
        frame().channels.map((each) => ({ ...each, values: each.values.map((v) => v + 1) })),
      ),
    ],
    [
      'what is missing',
      frame().withChannels(
        frame().channels.map(({ name, role, unit }) => ({ name, role, unit, values: [1, 1, 1, 1] })),
      ),
    ],
    ['a unit', frame().withChannels(frame().channels.map((each) => ({ ...each, unit: 'K' })))],
    ['a role', frame().withChannels(frame().channels.map((each) => ({ ...each, role: 'past' })))],
  ])('differs from another by its %s', (_, other) => {
    expect(frame().equals(other)).toBe(false);
    expect(other.equals(frame())).toBe(false);
  });

  it.each<[Partial<SeriesFrameOptions>, string]>([
    [
      { channels: [] },
      'FRAME_INVALID: series "a": expected at least one channel, found none. Correct this series.',
    ],
    [
      { channels: [{ name: 'y', values: [1, 2] }] },
      'SHAPE_MISMATCH: channel "y" of series "a": expected 4 values, one per step, found 2. Align the channel with the time axis; mark what is missing with NaN.',
    ],
    [
      {
        channels: [
          { name: 'y', values: [1, 2, 3, 4] },
          { name: 'y', values: [1, 2, 3, 4] },
        ],
      },
      'FRAME_INVALID: series "a": expected channels with distinct names, found "y" twice. Correct this series.',
    ],
    [
      { interventions: [{ name: 'sale', time: Number.NaN }] },
      'FRAME_INVALID: series "a": expected a finite time of intervention "sale", found NaN. Correct this series.',
    ],
    [
      { interventions: [{ name: 'sale', time: 5, end: 5 }] },
      'FRAME_INVALID: series "a": expected a finite end of intervention "sale" after its time 5, found 5. Correct this series.',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => frame(options)).toThrowError(message);
  });

  it('says which channels and steps it has', () => {
    expect(() => frame().channel('z')).toThrowError(
      'CHANNEL_UNKNOWN: channel of series "a": expected one of y, price, rain, found "z". Use a name that the frame has.',
    );
    expect(() => frame().select(['y', 'z'])).toThrowError('CHANNEL_UNKNOWN: channel of series "a": ');
    expect(() => frame().select([])).toThrowError(
      'FRAME_INVALID: series "a": expected at least one channel, found none.',
    );
    expect(() => frame().select(['y', 'y'])).toThrowError(
      'FRAME_INVALID: series "a": expected channels with distinct names, found "y" twice.',
    );
    expect(() => frame().slice(2, 9)).toThrowError(
      'RANGE_INVALID: slice: expected a half-open range within [0, 4), found [2, 9).',
    );
    expect(() => frame().withInterventions([{ name: 'x', time: 0, end: Number.NaN }])).toThrowError(
      'FRAME_INVALID',
    );
  });
});
