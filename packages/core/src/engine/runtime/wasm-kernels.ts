/** Kernels that tfjs’s wasm backend lacks, or has in a form that is slow or wrong at an edge. */
import {
  type DataType,
  getKernel,
  KernelBackend,
  registerKernel,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import { filled } from '../trace/filled.js';
import { booleanAttribute, numberAttribute, numbersAttribute } from '../trace/kernel-attributes.js';
import { input, isRepaired, type RepairCall, repairKernel, repairKernels } from './kernel-repairs.js';

/** Registers and repairs them once. */
export function registerWasmKernels(): void {
  if (getKernel('UnsortedSegmentSum', 'wasm') === undefined) registerSegmentSum();
  if (isRepaired('wasm')) return;
  repairKernel('Cast', 'wasm', castToTruth);
  repairKernel('FloorDiv', 'wasm', wholeQuotient);
  repairKernel('StridedSlice', 'wasm', typedSlice);
  repairKernel('Transpose', 'wasm', transposeNothing);
  repairKernel('GatherV2', 'wasm', gatherNothing);
  repairKernel('BatchMatMul', 'wasm', untransposedProduct);
  repairKernels('wasm');
}

/** The kernel cuts a number to a whole one before it asks whether it is zero. */
function castToTruth(call: RepairCall): TensorInfo | TensorInfo[] {
  const x = input(call, 'x');
  if (call.attributes.dtype !== 'bool' || x.dtype !== 'float32')
    return call.original(call.inputs, call.attributes);
  const zero = filled(call.backend, [], 'float32', 0);
  const result = getKernel('NotEqual', 'wasm').kernelFunc({
    inputs: { a: x, b: zero },
    attrs: {},
    backend: call.backend,
  });
  call.backend.disposeData(zero.dataId);
  return result;
}

/** The kernel rounds a quotient down, but leaves it float32 where its inputs are. */
function wholeQuotient(call: RepairCall): TensorInfo {
  const quotient = only(call.original(call.inputs, call.attributes));
  return quotient.dtype === 'int32' ? quotient : replaced(call, quotient, 'int32');
}

/** The kernel calls its result float32, whatever it sliced. */
function typedSlice(call: RepairCall): TensorInfo {
  const x = input(call, 'x');
  if (x.dtype === 'float32') return only(call.original(call.inputs, call.attributes));
  const wide = casted(call, x, 'float32');
  const sliced = only(call.original({ ...call.inputs, x: wide }, call.attributes));
  call.backend.disposeData(wide.dataId);
  return replaced(call, sliced, x.dtype);
}

function casted({ backend }: RepairCall, x: TensorInfo, dtype: DataType): TensorInfo {
  return only(getKernel('Cast', 'wasm').kernelFunc({ inputs: { x }, attrs: { dtype }, backend }));
}

/** A tensor of another type in the place of one that nobody else holds. */
function replaced(call: RepairCall, x: TensorInfo, dtype: DataType): TensorInfo {
  const result = casted(call, x, dtype);
  call.backend.disposeData(x.dataId);
  return result;
}

function only(result: TensorInfo | TensorInfo[]): TensorInfo {
  invariant(!Array.isArray(result), 'the kernel has one output');
  return result;
}

/** The kernel divides by the sizes of axes. */
function transposeNothing(call: RepairCall): TensorInfo | TensorInfo[] {
  const x = input(call, 'x');
  if (!x.shape.includes(0)) return call.original(call.inputs, call.attributes);
  const shape = numbersAttribute(call.attributes, 'perm').map((axis) => x.shape[axis] ?? 1);
  return filled(call.backend, shape, x.dtype, 0);
}

/** The kernel keeps the shape of its input where that has no elements. */
function gatherNothing(call: RepairCall): TensorInfo | TensorInfo[] {
  const [x, indices] = [input(call, 'x'), input(call, 'indices')];
  if (!x.shape.includes(0) || numberAttribute(call.attributes, 'batchDims') !== 0)
    return call.original(call.inputs, call.attributes);
  const axis = util.parseAxisParam(numberAttribute(call.attributes, 'axis'), x.shape)[0] ?? 0;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return filled(call.backend, shape, x.dtype, 0);
}

/**
 * Transposes before it multiplies, because the kernel runs a scalar loop where it is asked to transpose (four to five times
 * slower), and gives zeros for an empty inner axis, where the kernel leaves its result unwritten.
 */
function untransposedProduct(call: RepairCall): TensorInfo | TensorInfo[] {
  const { backend, attributes } = call;
  const made: TensorInfo[] = [];
  const plain = (x: TensorInfo, isTransposed: boolean) => {
    if (!isTransposed) return x;
    const axes = x.shape.map((_, i) => i);
    const perm = [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
    const result = only(
      getKernel('Transpose', 'wasm').kernelFunc({ inputs: { x }, attrs: { perm }, backend }),
    );
    made.push(result);
    return result;
  };
  const left = plain(input(call, 'a'), booleanAttribute(attributes, 'transposeA'));
  const right = plain(input(call, 'b'), booleanAttribute(attributes, 'transposeB'));
  const untransposed = { ...attributes, transposeA: false, transposeB: false };
  const result = only(call.original({ a: left, b: right }, untransposed));
  for (const each of made) backend.disposeData(each.dataId);
  if (left.shape.at(-1) !== 0) return result;
  backend.disposeData(result.dataId);
  return filled(backend, result.shape, 'float32', 0);
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
