import { addSteps, formatFrequency, parseFrequency } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observationAxis, orderAxis } from '../../src/files/observation-axis.js';

const day = 86_400_000;

describe('an axis of observations', () => {
  it.each(['5s', '15min', 'h', '2D', 'W', 'M', 'Q', 'Y', '10Y'])(
    'is regular where the times step by %s',
    (name) => {
      const frequency = parseFrequency(name);
      const times = Array.from({ length: 30 }, (_, i) => addSteps(Date.UTC(2000, 0, 4), frequency, i));
      const axis = observationAxis(times);
      expect(axis.kind).toBe('regular');
      expect([...axis.times()]).toEqual(times);
    },
  );

  it('calls three months three months, and twelve a year', () => {
    const axis = observationAxis([Date.UTC(2000, 0, 1), Date.UTC(2001, 0, 1)]);
    expect(axis.kind === 'regular' ? formatFrequency(axis.frequency) : '').toBe('Y');
  });

  it('has one step per observation, whatever the times are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 20 }),
        (days) => {
          const times = days.map((each) => each * day).sort((a, b) => a - b);
          expect([...observationAxis(times).times()]).toEqual(times);
        },
      ),
    );
  });

  it('is irregular where one time is off the grid', () => {
    expect(observationAxis([0, day, 3 * day]).kind).toBe('irregular');
  });

  it('refuses times that do not increase', () => {
    expect(() => observationAxis([day, day])).toThrow('TIME_UNSORTED');
    expect(() => observationAxis([0, 2 * day, day])).toThrow('TIME_UNSORTED');
  });

  it('of order only steps by a second from the pseudo-start', () => {
    const axis = orderAxis(3);
    expect([...axis.times()].map((time) => new Date(time).toISOString())).toEqual([
      '2000-01-01T00:00:00.000Z',
      '2000-01-01T00:00:01.000Z',
      '2000-01-01T00:00:02.000Z',
    ]);
  });
});
