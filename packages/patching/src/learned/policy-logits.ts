/**
 * Rounded logits of windows, the same on every engine and in every batch. An engine computes them; where its noise could tip the
 * rounding, the host computes that one anew, always in the same order. How noisy an engine is depends on the weights; it is
 * measured on some steps of the first batch, and what is said here holds while the rest stays within 16 times that.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  type CompiledFunction,
  type Engine,
  type EngineTensor,
  type NdArray,
  ndArray,
} from '@tessera/core/engine';
import { readParams } from '@tessera/core/nn';
import { HostNetwork } from './host-network.js';
import type { PolicyConfig } from './policy-config.js';
import { applyPolicy, policyLayout } from './policy-network.js';
import { logitQuantum, quantised } from './policy-scores.js';

/** Least bound on what engines are off by, as a share of 1 + |logit|. */
const leastNoise = 1e-5;
/** Steps of the first batch at which the noise is measured, and how many times the largest found is the bound. */
const probes = 32;
const caution = 16;
/** Windows per call. */
const mostRows = 64;
/** Prepared shapes; a further one lets all go, so that windows of ever new lengths do not fill the memory. */
const mostShapes = 12;

/** Whether noise up to a share of 1 + |logit| could round this logit otherwise. */
export function isUnsteady(logit: number, noise: number): boolean {
  const place = logit / logitQuantum + 0.5;
  return Math.abs(place - Math.round(place)) * logitQuantum < noise * (1 + Math.abs(logit));
}

type Compiled = CompiledFunction<readonly [Tensor, Tensor], Tensor>;

export class PolicyLogits {
  readonly #engine: Engine;
  readonly #config: PolicyConfig;
  readonly #host: HostNetwork;
  readonly #params: EngineTensor;
  readonly #shapes = new Set<string>();
  #compiled: Compiled | undefined;
  #settled = 0;
  #noise: number | undefined;
  /** The call before; a prepared shape must not be let go while it runs. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, config: PolicyConfig, params: Float32Array) {
    this.#engine = engine;
    this.#config = config;
    this.#host = new HostNetwork(config, params);
    this.#params = engine.hold(ndArray(params));
  }

  /** Logits that the host had to settle so far. */
  get settled(): number {
    return this.#settled;
  }

  /** Bound on what the engine is taken to be off by, as a share of 1 + |logit|; undefined before the first batch. */
  get noise(): number | undefined {
    return this.#noise;
  }

  /** @param features shape `[B, L, F]` with B and L of at least 1 @returns rounded logits, shape `[B, L, M]` */
  of(features: NdArray): Promise<NdArray> {
    const result = this.#before.then(() => this.#compute(features));
    this.#before = result.catch(() => {});
    return result;
  }

  async #compute(features: NdArray): Promise<NdArray> {
    const [windows, length, width] = features.shape;
    const depth = this.#config.rates.length;
    const result = new Float32Array(windows * length * depth);
    for (let from = 0; from < windows; from += mostRows) {
      const rows = Math.min(mostRows, windows - from);
      // Full powers of two, so that few shapes are prepared.
      const padded = 2 ** Math.ceil(Math.log2(rows));
      const part = new Float32Array(padded * length * width);
      part.set(features.data.subarray(from * length * width, (from + rows) * length * width));
      const raw = await this.raw(ndArray(part, [padded, length, width]));
      const count = rows * length * depth;
      for (let i = 0; i < count; i++) result[from * length * depth + i] = quantised(raw[i]);
      this.#settle(raw, part, rows, length, result, from * length * depth);
    }
    return ndArray(result, [windows, length, depth]);
  }

  dispose(): void {
    this.#params.dispose();
    this.#compiled?.dispose();
  }

  /** What the engine gives, not rounded. */
  async raw(features: NdArray): Promise<NdArray['data']> {
    const shape = features.shape.join();
    if (!this.#shapes.has(shape) && this.#shapes.size >= mostShapes) {
      this.#compiled?.dispose();
      this.#compiled = undefined;
      this.#shapes.clear();
    }
    this.#shapes.add(shape);
    const config = this.#config;
    const layout = policyLayout(config);
    this.#compiled ??= this.#engine.compile(
      (params: Tensor, given: Tensor) => applyPolicy(readParams(layout, params), given, config),
      { name: 'policy' },
    );
    const held = await this.#compiled(this.#params, features);
    const { data } = await held.read();
    held.dispose();
    return data;
  }

  #settle(
    raw: NdArray['data'],
    features: Float32Array,
    rows: number,
    length: number,
    into: Float32Array,
    at: number,
  ): void {
    const depth = this.#config.rates.length;
    const width = features.length / (raw.length / depth);
    this.#noise ??= this.#measure(raw, features, rows, length, width);
    const noise = this.#noise;
    for (let row = 0; row < rows; row++) {
      for (let t = 0; t < length; t++) {
        const place = (row * length + t) * depth;
        let isSteady = true;
        for (let m = 0; m < depth; m++) if (isUnsteady(raw[place + m], noise)) isSteady = false;
        if (isSteady) continue;
        const exact = this.#host.logits(features, row * length * width, length, t, t + 1);
        for (let m = 0; m < depth; m++) into[at + place + m] = quantised(exact[m]);
        this.#settled += 1;
      }
    }
  }

  /** The bound that steps spread over a batch suggest. */
  #measure(
    raw: NdArray['data'],
    features: Float32Array,
    rows: number,
    length: number,
    width: number,
  ): number {
    const depth = this.#config.rates.length;
    const steps = rows * length;
    let largest = 0;
    for (let i = 0; i < Math.min(probes, steps); i++) {
      const place = Math.floor(((i + 0.5) * steps) / Math.min(probes, steps));
      const row = Math.floor(place / length);
      const t = place - row * length;
      const exact = this.#host.logits(features, row * length * width, length, t, t + 1);
      for (let m = 0; m < depth; m++) {
        largest = Math.max(largest, Math.abs(exact[m] - raw[place * depth + m]) / (1 + Math.abs(exact[m])));
      }
    }
    return Math.max(leastNoise, caution * largest);
  }
}
