/** Tensors of one repeated number, on any backend: while one is traced they become constants of the graph. */
import { type DataType, type KernelBackend, type TensorInfo, util } from '@tensorflow/tfjs-core';

/** A tensor of one repeated number. */
export function filled(
  backend: KernelBackend,
  shape: readonly number[],
  dtype: DataType,
  value: number,
): TensorInfo {
  const size = util.sizeFromShape([...shape]);
  const data =
    dtype === 'float32'
      ? new Float32Array(size)
      : dtype === 'int32'
        ? new Int32Array(size)
        : new Uint8Array(size);
  return { dataId: backend.write(data.fill(value), [...shape], dtype), shape: [...shape], dtype };
}
