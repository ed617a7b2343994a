/**
 * The one seam between models and whatever computes them. A model is a pure function over tfjs tensors; an engine
 * compiles it into a function over arrays. Engines differ in speed, never in meaning.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NdArray, NdType } from './nd-array.js';
import type { WithLeaves } from './tree.js';

export const engineNames = ['onnxruntime', 'tensorflow-gpu', 'tensorflow', 'wasm', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** A tensor that stays with the engine; it can be fed again without a copy through JavaScript numbers. */
export interface EngineTensor {
  readonly shape: readonly number[];
  readonly dtype: NdType;
  /** A copy of the numbers. */
  read(): Promise<NdArray>;
  /** Gives the memory back; the tensor cannot be used afterwards. */
  dispose(): void;
}

/** Inputs of a compiled function: plain arrays or tensors of the same engine. */
export type Fed<Tree> = WithLeaves<Tree, Tensor, NdArray | EngineTensor>;
/** Outputs of a compiled function: tensors held by the engine. */
export type Held<Tree> = WithLeaves<Tree, Tensor, EngineTensor>;

export interface CompileOptions {
  /** Name for messages and in the graph. Default: the function’s name. */
  readonly name?: string;
}

/** A function ready to run; it is prepared once per structure, shapes and types of its inputs. */
export interface CompiledFunction<Inputs extends readonly unknown[], Output> {
  (...inputs: Fed<Inputs> & readonly unknown[]): Promise<Held<Output>>;
  /** Gives back everything prepared for it. */
  dispose(): void;
}

export interface EngineDescription {
  readonly engine: EngineName;
  readonly version: string;
  readonly threads: number;
  /** Why this engine was picked. */
  readonly reason: string;
}

export interface EngineMemory {
  /** Tensors handed out and not disposed. */
  readonly tensors: number;
  readonly bytes: number;
}

export interface Engine {
  readonly name: EngineName;
  describe(): EngineDescription;
  /** What the engine holds for its callers. */
  memory(): EngineMemory;
  /** Moves an array to the engine. */
  hold(array: NdArray): EngineTensor;
  /** @throws TesseraError TRACE_UNSUPPORTED, TRACE_VALUE_READ at the first call */
  compile<Inputs extends readonly unknown[], Output>(
    fn: (...inputs: Inputs) => Output,
    options?: CompileOptions,
  ): CompiledFunction<Inputs, Output>;
  /** Disposes every compiled function and tensor of this engine. */
  dispose(): void;
}
