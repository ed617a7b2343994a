/**
 * Engines that run a function operation by operation on a tfjs backend: `cpu` is the reference that every other engine is
 * compared with, `wasm` serves browsers, TensorFlow serves machines with its native part or a GPU. Same meaning, slower.
 */
import {
  engine,
  getBackend,
  keep,
  setBackend,
  type Tensor,
  tensor,
  version_core,
} from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import type {
  CompiledFunction,
  Engine,
  EngineDescription,
  EngineMemory,
  EngineName,
  EngineTensor,
  Fed,
  Held,
} from '../engine.js';
import { withGradients } from '../gradients/with-gradients.js';
import { type NdArray, type NdType, ndArray } from '../nd-array.js';
import { isTensor } from '../trace/trace-function.js';
import { flattenTree } from '../tree.js';
import { flattenInputs, inputsFrom, outputFrom } from './function-border.js';

export interface TfjsEngineOptions {
  readonly name: Exclude<EngineName, 'onnxruntime'>;
  /** Name under which tfjs knows the backend; it is initialised already. */
  readonly backend: string;
  readonly threads: number;
  readonly reason: string;
}

/** An engine over an initialised tfjs backend. */
export function tfjsEngine(options: TfjsEngineOptions): Engine {
  return new TfjsEngine(options);
}

class HeldTfjsTensor implements EngineTensor {
  readonly shape: readonly number[];
  readonly dtype: NdType;

  constructor(
    readonly tensor: Tensor,
    readonly forget: (held: HeldTfjsTensor) => void,
  ) {
    this.shape = tensor.shape;
    this.dtype = typeOf(tensor);
  }

  async read(): Promise<NdArray> {
    invariant(!this.tensor.isDisposed, 'a disposed tensor is not used again');
    const data = await this.tensor.data();
    // A backend may keep whole numbers under the name of float32, and a plain list where there are no elements.
    if (this.dtype === 'bool') return ndArray(Uint8Array.from(data), this.shape);
    return ndArray(this.dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data), this.shape);
  }

  dispose(): void {
    if (this.tensor.isDisposed) return;
    this.tensor.dispose();
    this.forget(this);
  }
}

class TfjsEngine implements Engine {
  readonly name: EngineName;
  readonly #options: TfjsEngineOptions;
  readonly #held = new Set<HeldTfjsTensor>();

  constructor(options: TfjsEngineOptions) {
    this.name = options.name;
    this.#options = options;
  }

  describe(): EngineDescription {
    const { threads, reason } = this.#options;
    return { engine: this.name, version: version_core, threads, reason };
  }

  memory(): EngineMemory {
    let bytes = 0;
    for (const { tensor: each } of this.#held) bytes += each.size * (each.dtype === 'bool' ? 1 : 4);
    return { tensors: this.#held.size, bytes };
  }

  hold(array: NdArray): EngineTensor {
    this.#activate();
    return this.#track(keep(fromArray(array)));
  }

  compile<Inputs extends readonly unknown[], Output>(
    fn: (...inputs: Inputs) => Output,
  ): CompiledFunction<Inputs, Output> {
    const run = async (...inputs: Fed<Inputs> & readonly unknown[]): Promise<Held<Output>> => {
      this.#activate();
      const { structure, leaves } = flattenInputs(inputs, isHeld);
      engine().startScope(fn.name);
      try {
        // A held tensor is cloned, so that a function may return its input without both being one tensor.
        const tensors = leaves.map((leaf) => (isHeld(leaf) ? leaf.tensor.clone() : fromArray(leaf)));
        const results = flattenTree(
          withGradients(() => fn(...inputsFrom<Inputs>(structure, tensors))),
          isTensor,
        );
        const held = results.leaves.map((each) => this.#track(keep(each.clone())));
        return outputFrom<Output, HeldTfjsTensor>(results.structure, held, isHeld);
      } finally {
        engine().endScope();
      }
    };
    return Object.assign(run, { dispose: () => {} });
  }

  dispose(): void {
    for (const held of [...this.#held]) held.dispose();
  }

  #activate(): void {
    if (getBackend() !== this.#options.backend) void setBackend(this.#options.backend);
    invariant(
      getBackend() === this.#options.backend,
      `backend ${this.#options.backend} was initialised when it was opened`,
    );
  }

  #track(made: Tensor): HeldTfjsTensor {
    const held = new HeldTfjsTensor(made, (each) => this.#held.delete(each));
    this.#held.add(held);
    return held;
  }
}

function typeOf({ dtype }: Tensor): NdType {
  invariant(
    dtype === 'float32' || dtype === 'int32' || dtype === 'bool',
    'tensors hold float32, int32 or bool',
  );
  return dtype;
}

function fromArray({ data, shape, dtype }: NdArray): Tensor {
  return tensor(data.slice(), [...shape], dtype);
}

function isHeld(node: unknown): node is HeldTfjsTensor {
  return node instanceof HeldTfjsTensor;
}
