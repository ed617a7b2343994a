/** Sets and sources that several tests read. */
import { Readable } from 'node:stream';
import type { SeriesSet } from '../../src/frames/series-set.js';

/** A CSV as a stream that comes in pieces of `size` bytes. */
export function stream(text: string | Uint8Array, size = 7): Readable {
  const bytes = Buffer.from(text);
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );
}

/** A set as plain data, for comparisons that show their difference. NaN is written as null. */
export function plain(set: SeriesSet): unknown {
  return set.frames.map((frame) => ({
    id: frame.id,
    time: frame.time.toJSON(),
    statics: frame.statics,
    channels: frame.channels.map(({ name, role, unit, values, observed }) => ({
      name,
      role,
      unit,
      values: [...values].map((value) => (Number.isNaN(value) ? null : value)),
      observed: [...observed],
    })),
  }));
}
