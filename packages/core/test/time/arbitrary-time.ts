/** Frequencies and starts drawn at random; a start always lies on the grid of its frequency. */
import fc from 'fast-check';
import { addSteps, type Frequency, frequencyUnits, isOnGrid } from '../../src/time/frequency.js';

export const arbitraryFrequency: fc.Arbitrary<Frequency> = fc
  .record({
    unit: fc.constantFrom(...frequencyUnits),
    count: fc.integer({ min: 1, max: 20 }),
    isEnd: fc.boolean(),
  })
  .map(({ unit, count, isEnd }) => {
    const takesEnd = unit === 'month' || unit === 'quarter' || unit === 'year';
    return takesEnd && isEnd ? { unit, count, anchor: 'end' } : { unit, count };
  });

/** Whole milliseconds of the years -500 to 3500. */
const arbitraryTime = fc.integer({ min: Date.UTC(-500, 0, 1), max: Date.UTC(3500, 0, 1) });

export const arbitraryGrid = fc.tuple(arbitraryFrequency, arbitraryTime).map(([frequency, time]) => {
  const start = isOnGrid(time, frequency) ? time : addSteps(time, frequency, 0);
  return { frequency, start };
});
