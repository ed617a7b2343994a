/** The values of a channel that count, and nothing else of it. */
import { TesseraError } from '../errors/tessera-error.js';

/**
 * The observed values, in order, as a new array.
 *
 * @throws TesseraError SHAPE_MISMATCH, NUMBER_INFINITE
 */
export function observedValues(values: ArrayLike<number>, observed: ArrayLike<number>): Float64Array {
  if (observed.length !== values.length) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: 'observed',
      expected: `${values.length} entries, as many as values`,
      found: String(observed.length),
      wayOut: 'Give one mask entry per value',
    });
  }
  const chosen = new Float64Array(values.length);
  let count = 0;
  for (let t = 0; t < values.length; t++) {
    if (observed[t] === 0) continue;
    if (!Number.isFinite(values[t])) {
      throw new TesseraError({
        code: 'NUMBER_INFINITE',
        argument: `values[${t}]`,
        expected: 'a finite number where the mask says that it was observed',
        found: String(values[t]),
        wayOut: 'Set the mask to 0 where nothing was observed',
      });
    }
    chosen[count++] = values[t];
  }
  return chosen.subarray(0, count);
}

/** The value that all of them are, or undefined where they differ or there are none. */
export function commonValue(values: Float64Array): number | undefined {
  for (const value of values) if (value !== values[0]) return undefined;
  return values.length === 0 ? undefined : values[0];
}
