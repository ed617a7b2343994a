/**
 * Dropout from noise that is drawn on the host and fed in: a compiled function has no randomness of its own, so the same key
 * gives the same step on every engine. A model multiplies by the factors; without them it is the model of inference.
 *
 * Source: Srivastava et al. 2014, JMLR 15, section 10, scaled while training.
 */
import { type NdArray, ndArray } from '../../engine/nd-array.js';
import { TesseraError } from '../../errors/tessera-error.js';
import { type Key, threefry } from '../../random/key.js';

/** Resolution of the rate: noise is compared as whole numbers below this. */
const levels = 2 ** 16;

/**
 * Factors 0 with probability `rate`, rounded to 1/65536, and 1 / (1 - rate) otherwise.
 *
 * @param shape `[B, N, D]` for each element, `[B, 1, D]` for whole channels of a window, or any other
 * @param rate in `[0, 1)`
 * @throws TesseraError OPTIONS_INVALID
 */
export function dropoutFactors(key: Key, shape: readonly number[], rate: number): NdArray {
  const dropped = Math.round(rate * levels);
  if (!(rate >= 0 && dropped < levels)) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'dropout rate',
      expected: 'a share from 0 to below 1',
      found: String(rate),
      wayOut: 'Choose such a rate, or leave dropout out',
    });
  }
  const data = new Float32Array(shape.reduce((product, each) => product * each, 1));
  const factor = levels / (levels - dropped);
  for (let i = 0; i < data.length; i += 4) {
    // Four draws of 16 bits from each block, because drawing is what dropout costs. Writes beyond the end do nothing.
    const [high, low] = threefry(key, 0, i / 4);
    data[i] = high >>> 16 < dropped ? 0 : factor;
    data[i + 1] = (high & 0xffff) < dropped ? 0 : factor;
    data[i + 2] = low >>> 16 < dropped ? 0 : factor;
    data[i + 3] = (low & 0xffff) < dropped ? 0 : factor;
  }
  return ndArray(data, shape);
}
