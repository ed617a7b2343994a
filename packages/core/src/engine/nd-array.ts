/** Numbers outside the engine: a flat typed array with a shape, row by row. Plain data; owns nothing native. */
import { TesseraError } from '../errors/tessera-error.js';

export type NdData = Float32Array | Int32Array | Uint8Array;
/** `bool` is held as zeros and ones in a Uint8Array. */
export type NdType = 'float32' | 'int32' | 'bool';

export interface NdArray {
  readonly shape: readonly number[];
  readonly dtype: NdType;
  readonly data: NdData;
}

/**
 * An array over `data`, which is not copied; its type follows the typed array.
 *
 * @throws TesseraError SHAPE_MISMATCH where the shape does not hold as many elements as the data
 */
export function ndArray(data: NdData, shape: readonly number[] = [data.length]): NdArray {
  const size = shape.reduce((product, each) => product * each, 1);
  if (size !== data.length) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: 'ndArray shape',
      expected: `${data.length} elements, as the data has`,
      found: `[${shape.join(', ')}], which holds ${size}`,
      wayOut: 'Give the shape of the data',
    });
  }
  const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
  return { shape: [...shape], dtype, data };
}

/** A float32 number without axes. */
export function scalarArray(value: number): NdArray {
  return ndArray(Float32Array.of(value), []);
}
