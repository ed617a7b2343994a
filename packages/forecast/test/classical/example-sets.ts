/** Series for the tests of forecasters: small, seeded, and shaped so that every forecaster has something to find. */
import {
  type SeriesFrame as Frame,
  foldIn,
  RandomStream,
  randomKey,
  regularTimeAxis,
  SeriesFrame,
  SeriesSet,
} from '@tessera/core';

const start = Date.UTC(2023, 0, 2);

/** One daily series. */
export function daily(id: string, values: ArrayLike<number>): Frame {
  return new SeriesFrame({
    id,
    time: regularTimeAxis({ start, frequency: 'D', length: values.length }),
    channels: [{ name: 'y', values }],
  });
}

export function setOf(...frames: readonly Frame[]): SeriesSet {
  return new SeriesSet(frames);
}

/** A level, a mild trend, a weekly season and noise; positive. */
export function weekly(length: number, seed = 1): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from(
    { length },
    (_, t) => 100 + 0.1 * t + 10 * Math.sin((2 * Math.PI * t) / 7) + 2 * stream.normal(),
  );
}

/** Independent normal values: any two parts of such a series are exchangeable. */
export function noise(length: number, seed: number): Float64Array {
  const stream = new RandomStream(foldIn(randomKey(99), seed));
  return Float64Array.from({ length }, () => 10 + stream.normal());
}

/** A copy with NaN at some steps. */
export function without(values: Float64Array, isMissing: (step: number) => boolean): Float64Array {
  return values.map((value, step) => (isMissing(step) ? Number.NaN : value));
}
