/**
 * Repairs of tfjs’s own kernels where a backend is wrong at an edge, so that engines differ in speed only: folds over no
 * elements, which leave their result unwritten or call "all of nothing" false, products whose leading axes broadcast
 * in part, which take the wrong matrices, and strided slices that drop an axis, which lose count of the others.
 */
import {
  broadcast_util,
  getKernel,
  KernelBackend,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
  util,
} from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import { filled } from '../trace/filled.js';
import { emptyFolds, foldOf } from '../trace/fold.js';
import { stridedSliceOf } from '../trace/strided-slice.js';

export interface RepairCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attributes: NamedAttrMap;
  readonly backend: KernelBackend;
  /** The kernel as tfjs has it. */
  readonly original: (inputs: NamedTensorInfoMap, attributes: NamedAttrMap) => TensorInfo | TensorInfo[];
}

const repaired = new WeakSet<object>();

/** Whether `repairKernels` has been here, and nobody has registered the kernels of tfjs anew since. */
export function isRepaired(backendName: 'cpu' | 'wasm'): boolean {
  return repaired.has(getKernel('Sum', backendName).kernelFunc);
}

/** Puts `repair` in the place of a kernel. */
export function repairKernel(
  kernelName: string,
  backendName: string,
  repair: (call: RepairCall) => TensorInfo | TensorInfo[],
): void {
  const config = getKernel(kernelName, backendName);
  invariant(config !== undefined, `the backend ${backendName} has the kernel ${kernelName}`);
  const { kernelFunc: tfjs } = config;
  const kernelFunc: typeof tfjs = ({ inputs, attrs = {}, backend }) => {
    invariant(backend instanceof KernelBackend, 'a kernel runs on a backend');
    const original: RepairCall['original'] = (given, attributes) =>
      tfjs({ inputs: given, attrs: attributes, backend });
    return repair({ inputs, attributes: attrs, backend, original });
  };
  repaired.add(kernelFunc);
  unregisterKernel(kernelName, backendName);
  registerKernel({ ...config, kernelFunc });
}

/** The repairs that the backends of tfjs need that run in JavaScript or wasm. */
export function repairKernels(backendName: 'cpu' | 'wasm'): void {
  if (isRepaired(backendName)) return;
  for (const [kernelName, value] of Object.entries(emptyFolds)) {
    repairKernel(kernelName, backendName, (call) => {
      const x = input(call, 'x');
      if (!x.shape.includes(0)) return call.original(call.inputs, call.attributes);
      const dtype = kernelName === 'Mean' ? 'float32' : x.dtype;
      return filled(call.backend, foldOf(call.attributes, x.shape).shape, dtype, value);
    });
  }
  repairKernel('StridedSlice', backendName, plainSlice);
  repairKernel('BatchMatMul', backendName, (call) => {
    const [a, b] = [input(call, 'a'), input(call, 'b')];
    const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
    const isWhole = [batchA, batchB].every((own) =>
      [1, util.sizeFromShape(batch)].includes(util.sizeFromShape(own)),
    );
    if (isWhole) return call.original(call.inputs, call.attributes);
    const spread = [spreadOver(a, batch, backendName, call), spreadOver(b, batch, backendName, call)];
    const [left, right] = spread;
    const result = call.original({ a: left, b: right }, call.attributes);
    for (const each of spread) call.backend.disposeData(each.dataId);
    return result;
  });
}

/** The slice by its plain numbers, one for each axis, and its shape given afterwards. */
function plainSlice(call: RepairCall): TensorInfo {
  const x = input(call, 'x');
  const { begin, strides, counts, shape } = stridedSliceOf(call.attributes, x.shape);
  if (shape.includes(0)) return filled(call.backend, shape, x.dtype, 0);
  const past = begin.map((from, i) => from + (counts[i] ?? 0) * (strides[i] ?? 1));
  // An end before the first element would be counted from the last.
  const endMask = past.reduce((mask, end, i) => mask + (end < 0 ? 2 ** i : 0), 0);
  const masks = { beginMask: 0, endMask, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
  const result = call.original(call.inputs, {
    begin: [...begin],
    end: past,
    strides: [...strides],
    ...masks,
  });
  invariant(!Array.isArray(result), 'a slice has one output');
  return { ...result, shape: [...shape] };
}

export function input({ inputs }: RepairCall, name: string): TensorInfo {
  const tensor = inputs[name];
  invariant(tensor !== undefined, `the kernel has an input ${name}`);
  return tensor;
}

/** Matrices repeated over leading axes. */
function spreadOver(
  x: TensorInfo,
  batch: readonly number[],
  backendName: string,
  call: RepairCall,
): TensorInfo {
  const tile = getKernel('Tile', backendName);
  const shape = [...batch.map(() => 1), ...x.shape].slice(-batch.length - 2);
  const reps = shape.map((size, i) => (i < batch.length && size === 1 ? (batch[i] ?? 1) : 1));
  const result = tile.kernelFunc({ inputs: { x: { ...x, shape } }, attrs: { reps }, backend: call.backend });
  invariant(!Array.isArray(result), 'a repetition has one output');
  return result;
}
