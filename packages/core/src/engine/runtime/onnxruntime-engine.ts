/**
 * The default engine: a traced function becomes one native ONNX Runtime session, forward, backward and optimiser
 * together. The CPU library ships inside the npm package. Runs on one thread unless told otherwise, because small
 * models lose more by waiting for each other than they gain.
 */
import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { invariant } from '../../errors/invariant.js';
import type {
  CompiledFunction,
  CompileOptions,
  Engine,
  EngineDescription,
  EngineMemory,
  EngineTensor,
  Fed,
  Held,
} from '../engine.js';
import { type NdArray, type NdType, ndArray } from '../nd-array.js';
import { encodeModel } from '../onnx/encode-model.js';
import { type InputForm, traceFunction } from '../trace/trace-function.js';
import type { Structure } from '../tree.js';
import { flattenInputs, inputsFrom, outputFrom } from './function-border.js';

type Ort = typeof import('onnxruntime-node');

export interface OnnxruntimeOptions {
  /** Threads within one operator. Default 1. */
  readonly threads?: number;
  readonly reason?: string;
}

interface Prepared {
  readonly session: InferenceSession;
  readonly output: Structure;
  readonly outputCount: number;
}

/** @throws whatever loading the native library throws; `openEngine` explains it */
export async function openOnnxruntime(options: OnnxruntimeOptions = {}): Promise<Engine> {
  const ort = await import('onnxruntime-node');
  const threads = Math.min(options.threads ?? 1, availableParallelism());
  return new OnnxruntimeEngine(ort, threads, options.reason ?? 'asked for');
}

class HeldTensor implements EngineTensor {
  readonly shape: readonly number[];
  readonly dtype: NdType;
  readonly #engine: OnnxruntimeEngine;
  #tensor: OrtTensor | undefined;

  constructor(owner: OnnxruntimeEngine, tensor: OrtTensor) {
    this.#engine = owner;
    this.#tensor = tensor;
    this.shape = tensor.dims;
    this.dtype = tensor.type === 'float32' || tensor.type === 'int32' ? tensor.type : 'bool';
  }

  /** The native tensor. */
  get tensor(): OrtTensor {
    invariant(this.#tensor !== undefined, 'a disposed tensor is not used again');
    return this.#tensor;
  }

  read(): Promise<NdArray> {
    const { data } = this.tensor;
    invariant(
      data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array,
      'tensors hold float32, int32 or bool',
    );
    return Promise.resolve(ndArray(data.slice(), this.shape));
  }

  dispose(): void {
    if (this.#tensor === undefined) return;
    this.#tensor.dispose();
    this.#tensor = undefined;
    this.#engine.forget(this);
  }
}

export class OnnxruntimeEngine implements Engine {
  readonly name = 'onnxruntime';
  readonly #ort: Ort;
  readonly #threads: number;
  readonly #reason: string;
  readonly #held = new Set<HeldTensor>();
  readonly #compiled = new Set<{ dispose(): void }>();

  constructor(ort: Ort, threads: number, reason: string) {
    this.#ort = ort;
    this.#threads = threads;
    this.#reason = reason;
  }

  describe(): EngineDescription {
    const version = this.#ort.env.versions.node ?? this.#ort.env.versions.common;
    return { engine: this.name, version, threads: this.#threads, reason: this.#reason };
  }

  memory(): EngineMemory {
    let bytes = 0;
    for (const { shape, dtype } of this.#held) {
      bytes += shape.reduce((size, each) => size * each, dtype === 'bool' ? 1 : 4);
    }
    return { tensors: this.#held.size, bytes };
  }

  hold(array: NdArray): EngineTensor {
    return this.#track(this.#native(array));
  }

  forget(tensor: HeldTensor): void {
    this.#held.delete(tensor);
  }

  compile<Inputs extends readonly unknown[], Output>(
    fn: (...inputs: Inputs) => Output,
    options: CompileOptions = {},
  ): CompiledFunction<Inputs, Output> {
    const name = options.name ?? (fn.name === '' ? 'function' : fn.name);
    const prepared = new Map<string, Promise<Prepared>>();
    const run = async (...inputs: Fed<Inputs> & readonly unknown[]): Promise<Held<Output>> => {
      const { structure, leaves } = flattenInputs(inputs, isHeld);
      const forms = leaves.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
      const signature = JSON.stringify([structure, forms]);
      let ready = prepared.get(signature);
      if (ready === undefined) {
        ready = this.#prepare(fn, structure, forms, name);
        prepared.set(signature, ready);
      }
      const { session, output, outputCount } = await ready;
      const feeds: Record<string, OrtTensor> = {};
      for (const [i, leaf] of leaves.entries()) {
        feeds[`in${i}`] = isHeld(leaf) ? leaf.tensor : this.#native(leaf);
      }
      const results = await session.run(feeds);
      const tensors = Array.from({ length: outputCount }, (_, i) => {
        const tensor = results[`out${i}`];
        invariant(tensor !== undefined, `the session gives out${i}`);
        return this.#track(tensor);
      });
      return outputFrom<Output, HeldTensor>(output, tensors, isHeld);
    };
    const dispose = () => {
      // A function that could not be prepared has told its caller so; there is nothing to give back.
      for (const ready of prepared.values()) ready.then(({ session }) => session.release()).catch(() => {});
      prepared.clear();
      this.#compiled.delete(compiled);
    };
    const compiled = Object.assign(run, { dispose });
    this.#compiled.add(compiled);
    return compiled;
  }

  dispose(): void {
    for (const compiled of [...this.#compiled]) compiled.dispose();
    for (const tensor of [...this.#held]) tensor.dispose();
  }

  async #prepare<Inputs extends readonly unknown[]>(
    fn: (...inputs: Inputs) => unknown,
    structure: Structure,
    forms: readonly InputForm[],
    name: string,
  ): Promise<Prepared> {
    const traced = traceFunction(
      (...given) =>
        fn(...inputsFrom<Inputs>({ kind: 'list', items: given.map(() => ({ kind: 'leaf' })) }, given)),
      { structure, forms },
      name,
    );
    const model = encodeModel(traced.graph, { name });
    const session = await this.#ort.InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: this.#threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Spinning threads collapse on a shared machine.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return { session, output: traced.output, outputCount: traced.graph.outputs.length };
  }

  #native({ data, dtype, shape }: NdArray): OrtTensor {
    const { Tensor } = this.#ort;
    if (data instanceof Float32Array) return new Tensor('float32', data, shape);
    if (data instanceof Int32Array) return new Tensor('int32', data, shape);
    invariant(dtype === 'bool', 'bytes are truth values');
    return new Tensor('bool', data, shape);
  }

  #track(tensor: OrtTensor): HeldTensor {
    const held = new HeldTensor(this, tensor);
    this.#held.add(held);
    return held;
  }
}

function isHeld(node: unknown): node is HeldTensor {
  return node instanceof HeldTensor;
}
