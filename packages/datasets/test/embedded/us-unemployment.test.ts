import { describe, expect, it } from 'vitest';
import { loadUsUnemployment } from '../../src/embedded/us-unemployment.js';

describe('unemployment by industry', () => {
  it('is that of the file, by year and month and not by its shifted dates', async () => {
    const frame = (await loadUsUnemployment()).get('Government');
    expect([...frame.channel('rate').values.slice(0, 3)]).toEqual([2.1, 2, 1.5]);
    expect([...frame.channel('unemployed').values.slice(0, 3)]).toEqual([430, 409, 311]);
    // The file dates May 2000 at 07:00, an hour off January: daylight saving of its maker.
    expect(frame.time.indexOf(Date.UTC(2000, 4, 1))).toBe(4);
  });

  it('rises in construction through the second recession', async () => {
    const frame = (await loadUsUnemployment()).get('Construction');
    const { values } = frame.channel('rate');
    const january = (year: number): number => values[frame.time.indexOf(Date.UTC(year, 0, 1))];
    expect(january(2009)).toBeGreaterThan(1.5 * january(2008));
  });
});
