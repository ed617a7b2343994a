/** Small sets for the backtest’s tests. */
import { RandomStream, randomKey, regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';

const start = Date.UTC(2024, 0, 1);

/** One daily series of the given target values. */
export function frameOf(id: string, values: readonly number[]): SeriesFrame {
  return new SeriesFrame({
    id,
    time: regularTimeAxis({ start, frequency: 'D', length: values.length }),
    channels: [{ name: 'y', values }],
  });
}

export function setOf(...series: readonly (readonly number[])[]): SeriesSet {
  return new SeriesSet(series.map((values, i) => frameOf(`s${i}`, values)));
}

/** `0, 1, 2, …`: every value says where it stands. */
export function ramp(length: number): number[] {
  return Array.from({ length }, (_, t) => t);
}

/** Weekly patterns with noise: target `y`, past covariate `p`, future covariate `f`. */
export function weeklySet(series: number, length: number, seed = 1): SeriesSet {
  const stream = new RandomStream(randomKey(seed));
  return new SeriesSet(
    Array.from({ length: series }, (_, i) => {
      const wave = (scale: number) =>
        Array.from({ length }, (_, t) => 50 + scale * Math.sin((2 * Math.PI * t) / 7) + stream.normal());
      return new SeriesFrame({
        id: `series-${i}`,
        time: regularTimeAxis({ start, frequency: 'D', length }),
        channels: [
          { name: 'y', values: wave(10) },
          { name: 'p', role: 'past', values: wave(5) },
          { name: 'f', role: 'future', values: wave(3) },
        ],
        statics: { shop: i },
      });
    }),
  );
}
