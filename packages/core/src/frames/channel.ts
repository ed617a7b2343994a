/**
 * One aligned column of a series frame: values with the mask of what was observed. A value that was not observed is
 * NaN and its mask is 0; an observed value is finite. Nothing else may mean "missing".
 */
import { TesseraError } from '../errors/tessera-error.js';

/** `target`: to be forecast. `past`: known up to now only. `future`: known ahead, such as prices and holidays. */
export type ChannelRole = 'target' | 'past' | 'future';

export interface Channel {
  readonly name: string;
  readonly role: ChannelRole;
  /** Unit of the values, e.g. `°C`; absent where unknown. */
  readonly unit?: string;
  /** Shape `[T]`; NaN where not observed. Never written to. */
  readonly values: Float64Array;
  /** Shape `[T]`; 1 where observed, else 0. Never written to. */
  readonly observed: Uint8Array;
}

export interface ChannelOptions {
  readonly name: string;
  readonly role?: ChannelRole;
  readonly unit?: string | undefined;
  readonly values: ArrayLike<number>;
  /** Where 0, the value counts as missing, whatever stands there. By default every value but NaN is observed. */
  readonly observed?: ArrayLike<number | boolean> | undefined;
}

/**
 * A channel from values and an optional mask; both are copied.
 *
 * @param options.role default `target`
 * @throws TesseraError SHAPE_MISMATCH, NUMBER_INFINITE
 */
export function channel(options: ChannelOptions): Channel {
  const { name, role = 'target', unit } = options;
  const values = new Float64Array(options.values);
  if (options.observed !== undefined && options.observed.length !== values.length) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: `observed mask of channel "${name}"`,
      expected: `${values.length} entries, as many as values`,
      found: `${options.observed.length}`,
      wayOut: 'Give one mask entry per value',
    });
  }
  const observed = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const isObserved =
      !Number.isNaN(value) && (options.observed === undefined || Boolean(options.observed[i]));
    if (!isObserved) {
      values[i] = Number.NaN;
      continue;
    }
    if (!Number.isFinite(value)) {
      throw new TesseraError({
        code: 'NUMBER_INFINITE',
        argument: `channel "${name}" at step ${i}`,
        expected: 'a finite number, or NaN where nothing was observed',
        found: String(value),
        wayOut: 'Replace it by the value meant, or by NaN to mark it missing',
      });
    }
    observed[i] = 1;
  }
  return Object.freeze({ name, role, ...(unit === undefined ? {} : { unit }), values, observed });
}

/** The half-open range `[from, to)` of a channel, sharing memory with it. */
export function sliceChannel(source: Channel, from: number, to: number): Channel {
  return Object.freeze({
    ...source,
    values: source.values.subarray(from, to),
    observed: source.observed.subarray(from, to),
  });
}

/** How many values of a channel were observed. */
export function countObserved(source: Channel): number {
  let count = 0;
  for (const flag of source.observed) count += flag;
  return count;
}
