/** What a kernel of the trace backend sees: the tensors and attributes of one tfjs operation, and the graph to append to. */
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import type { TraceBackend } from './trace-backend.js';

export interface KernelCall {
  readonly backend: TraceBackend;
  readonly inputs: NamedTensorInfoMap;
  readonly attributes: NamedAttrMap;
}

export type TraceKernel = (call: KernelCall) => TensorInfo | TensorInfo[];

/** Kernels by their tfjs name. */
export type TraceKernels = Readonly<Record<string, TraceKernel>>;

/** The input of that name, which the operation always has. */
export function inputOf(call: KernelCall, name: string): TensorInfo {
  const tensor = call.inputs[name];
  invariant(tensor !== undefined, `the kernel has an input ${name}`);
  return tensor;
}

/** The inputs of an operation that takes a list, in order. */
export function inputList(call: KernelCall): TensorInfo[] {
  return Object.values(call.inputs).filter((tensor) => tensor !== undefined);
}
