/**
 * Records a function of tensors as an ONNX graph: `1` placeholders for its inputs, `2` one run of the function under
 * the trace backend, forward, gradients and all, `3` the graph of what its outputs need.
 */
import {
  engine,
  getBackend,
  registerBackend,
  registerKernel,
  removeBackend,
  setBackend,
  Tensor,
} from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import { TesseraError } from '../../errors/tessera-error.js';
import { withGradients } from '../gradients/with-gradients.js';
import type { NdType } from '../nd-array.js';
import type { TypedGraph } from '../onnx/onnx-graph.js';
import { flattenTree, type Structure, unflattenTree } from '../tree.js';
import { elementwiseKernels } from './kernels/elementwise.js';
import { matrixKernels } from './kernels/matrix.js';
import { reductionKernels } from './kernels/reduction.js';
import { shapeKernels } from './kernels/shape.js';
import { elementTypeOf, TraceBackend, traceBackendName } from './trace-backend.js';
import type { TraceKernels } from './trace-kernel.js';

export interface InputForm {
  readonly shape: readonly number[];
  readonly dtype: NdType;
}

export interface TracedFunction {
  readonly graph: TypedGraph;
  /** Structure of the output; its leaves are the graph’s outputs in order. */
  readonly output: Structure;
}

let tracing: TraceBackend | undefined;
let hasKernels = false;

/** The backend while a function is being traced, else undefined. */
export function activeTrace(): TraceBackend | undefined {
  return tracing;
}

/** Every kernel that can be traced, by its tfjs name. */
export const traceKernels: TraceKernels = {
  ...elementwiseKernels,
  ...reductionKernels,
  ...matrixKernels,
  ...shapeKernels,
};

/**
 * The graph of `fn` for inputs of these forms. O(operations of fn).
 *
 * @param names of the graph’s inputs and outputs; default `in0`, `in1`, … and `out0`, …
 *
 * @throws TesseraError TRACE_UNSUPPORTED, TRACE_VALUE_READ
 */
export function traceFunction(
  fn: (...inputs: readonly unknown[]) => unknown,
  inputs: { readonly structure: Structure; readonly forms: readonly InputForm[] },
  name: string,
  names: { readonly inputs?: readonly string[]; readonly outputs?: readonly string[] } = {},
): TracedFunction {
  invariant(tracing === undefined, 'a function is not traced within another');
  registerKernels();
  const tracer = new TraceBackend();
  const before: string | null | undefined = getBackend();
  const graph = tracer.begin(name);
  tracing = tracer;
  registerBackend(traceBackendName, () => tracer, 0);
  try {
    setSynchronously(traceBackendName);
    // Every tensor made below is let go at the end; the graph keeps only names.
    engine().startScope(name);
    try {
      const leaves = inputs.forms.map(({ shape, dtype }, i) => {
        const value = graph.input(names.inputs?.[i] ?? `in${i}`, elementTypeOf(dtype), shape);
        return engine().makeTensorFromTensorInfo(tracer.wrap(value), tracer);
      });
      const given = unflattenTree(inputs.structure, leaves);
      invariant(Array.isArray(given), 'the inputs of a function are a list');
      const { structure, leaves: results } = flattenTree(
        withGradients(() => fn(...given)),
        isTensor,
      );
      const outputs = results.map((tensor, i) => ({
        name: names.outputs?.[i] ?? `out${i}`,
        value: tracer.traced(tensor),
      }));
      return { graph: graph.finish(outputs), output: structure };
    } finally {
      engine().endScope();
    }
  } catch (error) {
    throw explain(error, name);
  } finally {
    tracing = undefined;
    if (typeof before === 'string' && before !== '') setSynchronously(before);
    // Left registered, it could become the backend of a program that never chose one.
    removeBackend(traceBackendName);
  }
}

export function isTensor(node: unknown): node is Tensor {
  return node instanceof Tensor;
}

function setSynchronously(name: string): void {
  // Both the trace backend and a backend that was active before are initialised, so the promise is already kept.
  void setBackend(name);
  invariant(getBackend() === name, `backend ${name} is set at once`);
}

function registerKernels(): void {
  if (hasKernels) return;
  hasKernels = true;
  for (const [kernelName, kernel] of Object.entries(traceKernels)) {
    registerKernel({
      kernelName,
      backendName: traceBackendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        invariant(backend instanceof TraceBackend, 'a trace kernel runs on the trace backend');
        return kernel({ backend, inputs, attributes: attrs ?? {} });
      },
    });
  }
}

/** Names the kernel and the function where tfjs only says that something is not registered. */
function explain(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error instanceof TesseraError) return error;
  const kernel = /Kernel '(\w+)' not registered/.exec(error.message)?.[1];
  const gradient = /gradient function not found for (\w+)/.exec(error.message)?.[1];
  if (kernel === undefined && gradient === undefined) return error;
  return new TesseraError({
    code: 'TRACE_UNSUPPORTED',
    argument: `function "${name}"`,
    expected: 'operations that have an ONNX form and a gradient where one is asked for',
    found: kernel === undefined ? `${gradient}, which has no gradient` : `${kernel}, which has no ONNX form`,
    wayOut: 'Express it by other operations',
    cause: error,
  });
}
