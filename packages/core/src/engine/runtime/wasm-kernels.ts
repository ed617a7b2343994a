/** Kernels that tfjs’s wasm backend lacks, or has in a form that is slow or wrong at an edge. */
import {
  getKernel,
  KernelBackend,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import { booleanAttribute, numberAttribute } from '../trace/kernel-attributes.js';

/** Registers them once. */
export function registerWasmKernels(): void {
  if (getKernel('UnsortedSegmentSum', 'wasm') !== undefined) return;
  registerSegmentSum();
  wrapMatMul();
}

/**
 * Transposes before it multiplies, because the kernel runs a scalar loop where it is asked to transpose (four to five times
 * slower), and gives zeros for an empty inner axis, where the kernel leaves its result unwritten.
 */
function wrapMatMul(): void {
  const original = getKernel('BatchMatMul', 'wasm');
  const transpose = getKernel('Transpose', 'wasm');
  invariant(original !== undefined && transpose !== undefined, 'the wasm backend multiplies and transposes');
  unregisterKernel('BatchMatMul', 'wasm');
  registerKernel({
    ...original,
    kernelFunc: ({ inputs, attrs = {}, backend }) => {
      const { a, b } = inputs;
      invariant(
        backend instanceof KernelBackend && a !== undefined && b !== undefined,
        'a product has two inputs',
      );
      const made: TensorInfo[] = [];
      const plain = (x: TensorInfo, isTransposed: boolean) => {
        if (!isTransposed) return x;
        const axes = x.shape.map((_, i) => i);
        const perm = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
        const result = transpose.kernelFunc({ inputs: { x }, attrs: { perm }, backend });
        invariant(!Array.isArray(result), 'a transpose has one output');
        made.push(result);
        return result;
      };
      const left = plain(a, booleanAttribute(attrs, 'transposeA'));
      const right = plain(b, booleanAttribute(attrs, 'transposeB'));
      const untransposed = { ...attrs, transposeA: false, transposeB: false };
      const result = original.kernelFunc({ inputs: { a: left, b: right }, attrs: untransposed, backend });
      for (const each of made) backend.disposeData(each.dataId);
      if (left.shape.at(-1) !== 0 || Array.isArray(result)) return result;
      backend.disposeData(result.dataId);
      const size = result.shape.reduce((product, each) => product * each, 1);
      return { ...result, dataId: backend.write(new Float32Array(size), result.shape, 'float32') };
    },
  });
}

function registerSegmentSum(): void {
  registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs;
      invariant(
        backend instanceof KernelBackend && x !== undefined && segmentIds !== undefined,
        'inputs are given',
      );
      const rows = numbers(backend, x.dataId);
      const segments = numbers(backend, segmentIds.dataId);
      const width = x.shape.slice(1).reduce((product, each) => product * each, 1);
      const shape = [numberAttribute(attrs ?? {}, 'numSegments'), ...x.shape.slice(1)];
      const sums = new Float32Array(shape.reduce((product, each) => product * each, 1));
      for (let row = 0; row < segments.length; row++) {
        const target = (segments[row] ?? -1) * width;
        if (target < 0) continue;
        for (let i = 0; i < width; i++)
          sums[target + i] = (sums[target + i] ?? 0) + (rows[row * width + i] ?? 0);
      }
      return { dataId: backend.write(sums, shape, 'float32'), shape, dtype: 'float32' };
    },
  });
}

function numbers(backend: KernelBackend, dataId: object): Float32Array | Int32Array {
  const values = backend.readSync(dataId);
  invariant(values instanceof Float32Array || values instanceof Int32Array, 'segments and rows are numbers');
  return values;
}
