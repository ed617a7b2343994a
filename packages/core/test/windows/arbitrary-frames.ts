/** Small frames whose values are their own steps, so that a window shows where it was cut. */
import fc from 'fast-check';
import { SeriesFrame } from '../../src/frames/series-frame.js';
import { SeriesSet } from '../../src/frames/series-set.js';
import { regularTimeAxis } from '../../src/time/time-axis.js';

export const day = 86_400_000;

/** Two targets and a covariate; `y` holds the steps, `z` their negatives; where a mask is 0 nothing was observed. */
export function stepFrame(
  id: string,
  length: number,
  options: { readonly mask?: ArrayLike<number>; readonly startDay?: number } = {},
): SeriesFrame {
  const { mask, startDay = 0 } = options;
  const steps = Float64Array.from({ length }, (_, t) => t);
  return new SeriesFrame({
    id,
    time: regularTimeAxis({ start: startDay * day, frequency: 'D', length }),
    channels: [
      { name: 'y', values: steps, observed: mask },
      { name: 'z', values: steps.map((step) => -step) },
      { name: 'known', role: 'future', values: steps },
    ],
  });
}

/** Up to 5 series of 0 to 40 steps that begin on days 0 to 30, with masks of their own. */
export const arbitrarySet = fc
  .array(
    fc.record({
      mask: fc.array(fc.constantFrom(0, 1), { maxLength: 40 }),
      startDay: fc.nat(30),
    }),
    { maxLength: 5 },
  )
  .map(
    (series) =>
      new SeriesSet(
        series.map(({ mask, startDay }, i) => stepFrame(`s${i}`, mask.length, { mask, startDay })),
      ),
  );
