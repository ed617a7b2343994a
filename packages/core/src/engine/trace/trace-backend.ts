/**
 * A tfjs backend that computes nothing: every kernel appends nodes to an ONNX graph, and a tensor is a name in it. One
 * graph is recorded at a time, within one synchronous call, so nothing can interleave. Values cannot be read while
 * tracing: a function whose shape of computation depends on its numbers cannot be traced.
 *
 * Source: the idea is that of JAX's tracers; tfjs KernelBackend and kernel registry are the seam.
 */
import {
  type BackendValues,
  type DataType,
  engine,
  KernelBackend,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import { TesseraError } from '../../errors/tessera-error.js';
import { type ElementType, type EmitOptions, OnnxGraphBuilder, type OnnxValue } from '../onnx/onnx-graph.js';

export const traceBackendName = 'tessera-trace';

type DataId = TensorInfo['dataId'];

/** Shape and type of a tensor that a node makes. */
export interface TensorForm {
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

export class TraceBackend extends KernelBackend {
  readonly #values = new Map<DataId, OnnxValue>();
  #builder: OnnxGraphBuilder | undefined;
  /** Name of the function being traced, for messages. */
  #subject = '';

  /** Starts the one graph of this backend. */
  begin(subject: string): OnnxGraphBuilder {
    invariant(this.#builder === undefined, 'one graph is traced at a time');
    this.#builder = new OnnxGraphBuilder();
    this.#subject = subject;
    return this.#builder;
  }

  get subject(): string {
    return this.#subject;
  }

  /** The graph being recorded. */
  get graph(): OnnxGraphBuilder {
    invariant(this.#builder !== undefined, 'tensors of the trace backend live only while tracing');
    return this.#builder;
  }

  /** The name that a tensor has in the graph. */
  traced(tensor: TensorInfo): OnnxValue {
    const value = this.#values.get(tensor.dataId);
    invariant(value !== undefined, `a tensor of shape [${tensor.shape}] belongs to the graph being traced`);
    return value;
  }

  /** A new tensor info for a value; the same value may have many. */
  wrap(value: OnnxValue): TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: dtypeOf(value.type) };
  }

  /** A node of one output over tensors. */
  emit(
    operator: string,
    inputs: readonly (TensorInfo | OnnxValue | undefined)[],
    output: TensorForm,
    options?: EmitOptions,
  ): TensorInfo {
    const values = inputs.map((input) =>
      input !== undefined && 'dataId' in input ? this.traced(input) : input,
    );
    const form = { type: elementTypeOf(output.dtype), shape: output.shape };
    return this.wrap(this.graph.emit(operator, values, form, options));
  }

  /** A node of several outputs, as tensors that tfjs tracks. */
  emitTensors(
    operator: string,
    inputs: readonly (Tensor | OnnxValue | undefined)[],
    outputs: readonly TensorForm[],
    options?: EmitOptions,
  ): Tensor[] {
    const values = inputs.map((input) =>
      input !== undefined && 'dataId' in input ? this.traced(input) : input,
    );
    const forms = outputs.map(({ shape, dtype }) => ({ type: elementTypeOf(dtype), shape }));
    return this.graph
      .emitMany(operator, values, forms, options)
      .map((value) => engine().makeTensorFromTensorInfo(this.wrap(value), this));
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const type = elementTypeOf(dtype);
    return this.wrap(this.graph.constant(type, shape, bytesOf(values, type))).dataId;
  }

  override move(dataId: DataId, values: BackendValues, shape: number[], dtype: DataType): void {
    const type = elementTypeOf(dtype);
    this.#values.set(dataId, this.graph.constant(type, shape, bytesOf(values, type)));
  }

  override readSync(): BackendValues {
    throw this.#unreadable();
  }

  override read(): Promise<BackendValues> {
    return Promise.reject(this.#unreadable());
  }

  override disposeData(dataId: DataId): boolean {
    return this.#values.delete(dataId);
  }

  override refCount(dataId: DataId): number {
    return this.#values.has(dataId) ? 1 : 0;
  }

  override incRef(): void {
    // Every tensor info has its own id, so there is nothing to share.
  }

  override numDataIds(): number {
    return this.#values.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.#values.clear();
  }

  #unreadable(): TesseraError {
    return new TesseraError({
      code: 'TRACE_VALUE_READ',
      argument: `function "${this.#subject}"`,
      expected: 'computation that does not look at its own numbers',
      found: 'a read of a tensor’s values while tracing',
      wayOut: 'Return the tensor and read it outside, or give the number as an argument',
    });
  }
}

/** The ONNX element type of a tfjs type. */
export function elementTypeOf(dtype: DataType): ElementType {
  if (dtype === 'float32') return 'float';
  if (dtype === 'int32' || dtype === 'bool') return dtype === 'bool' ? 'bool' : 'int32';
  throw new TesseraError({
    code: 'TRACE_UNSUPPORTED',
    argument: 'tensor type',
    expected: 'float32, int32 or bool',
    found: dtype,
    wayOut: 'Cast it before it enters a compiled function',
  });
}

function dtypeOf(type: ElementType): DataType {
  invariant(type !== 'int64', 'int64 values never become tensors');
  return type === 'float' ? 'float32' : type;
}

function bytesOf(values: BackendValues, type: ElementType): Uint8Array {
  const numbers: number[] | Float32Array | Int32Array | Uint8Array = numericValues(values);
  if (type === 'bool') return Uint8Array.from(numbers);
  const typed = type === 'float' ? Float32Array.from(numbers) : Int32Array.from(numbers);
  return new Uint8Array(typed.buffer);
}

function numericValues(values: BackendValues): Float32Array | Int32Array | Uint8Array {
  if (values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array)
    return values;
  throw new TesseraError({
    code: 'TRACE_UNSUPPORTED',
    argument: 'constant',
    expected: 'numbers',
    found: 'strings or bytes',
    wayOut: 'Encode text as numbers before it enters a compiled function',
  });
}
