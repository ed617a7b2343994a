/** The rows of a batch that one of several threads works on: views, and copies only of shared memory, which engines do not take. */
import { ndArray } from '../../engine/nd-array.js';
import { TesseraError } from '../../errors/tessera-error.js';
import type { Batch } from '../training/train.js';

/**
 * The `part`-th of `parts` equal slices along the first axis of every array. O(1) each, as the numbers are
 * shared with the batch; O(rows of the slice) where they lie in a SharedArrayBuffer.
 *
 * @throws TesseraError SHAPE_MISMATCH where the rows of an array do not divide by `parts`
 */
export function sliceBatch(batch: Batch, part: number, parts: number): Batch {
  return Object.fromEntries(
    Object.entries(batch).map(([name, { data, shape }]) => {
      const [rows, ...rest] = shape;
      if (rows === undefined || rows % parts !== 0) {
        throw new TesseraError({
          code: 'SHAPE_MISMATCH',
          argument: `batch array "${name}"`,
          expected: `a first axis that divides by ${parts} workers`,
          found: rows === undefined ? 'no axis' : `${rows} rows`,
          wayOut: 'Change the size of the batch or the number of workers',
        });
      }
      const size = data.length / parts;
      const view = data.subarray(part * size, (part + 1) * size);
      const own = view.buffer instanceof SharedArrayBuffer ? view.slice() : view;
      return [name, ndArray(own, [rows / parts, ...rest])];
    }),
  );
}
