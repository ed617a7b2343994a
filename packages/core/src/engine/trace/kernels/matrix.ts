/** Products of matrices. Two-dimensional ones become Gemm, which takes the transposes for free. */
import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { microsoftDomain } from '../../onnx/encode-model.js';
import { filled } from '../filled.js';
import { booleanAttribute } from '../kernel-attributes.js';
import { inputOf, type TraceKernels } from '../trace-kernel.js';

export const matrixKernels: TraceKernels = {
  BatchMatMul: (call) => {
    const a = inputOf(call, 'a');
    const b = inputOf(call, 'b');
    const transA = booleanAttribute(call.attributes, 'transposeA');
    const transB = booleanAttribute(call.attributes, 'transposeB');
    const shape = productShape(a, b, transA, transB);
    const attributes = { transA: { int: transA ? 1 : 0 }, transB: { int: transB ? 1 : 0 } };
    const output = { shape, dtype: a.dtype };
    if (a.shape.length === 2 && b.shape.length === 2)
      return call.backend.emit('Gemm', [a, b], output, { attributes });
    // Over an empty inner axis ONNX Runtime leaves the result of these two unwritten.
    if (a.shape.at(transA ? -2 : -1) === 0) return filled(call.backend, shape, a.dtype, 0);
    if (!transA && !transB) return call.backend.emit('MatMul', [a, b], output);
    return call.backend.emit('FusedMatMul', [a, b], output, { domain: microsoftDomain, attributes });
  },
};

function productShape(a: TensorInfo, b: TensorInfo, transA: boolean, transB: boolean): number[] {
  const rows = a.shape.at(transA ? -1 : -2) ?? 1;
  const columns = b.shape.at(transB ? -2 : -1) ?? 1;
  const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [...batch, rows, columns];
}
