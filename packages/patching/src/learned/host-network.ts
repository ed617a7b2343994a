/**
 * The policy network in plain arithmetic on the host, in a fixed order and in double precision: the same bits wherever it runs, at
 * any step, whatever else is in the batch. It settles logits that engines would round differently, and computes those of a stream.
 * Slow: about 2 F width kernel operations a step and layer, without vector instructions.
 */
import { paramValues } from '@tessera/core/nn';
import type { PolicyConfig } from './policy-config.js';
import { logitBound, policyConvolutions, policyLayout } from './policy-network.js';

interface HostLayer {
  readonly from: number;
  readonly kernel: number;
  readonly dilation: number;
  /** Steps before and after the present that it reads. */
  readonly behind: number;
  readonly ahead: number;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

export class HostNetwork {
  /** Steps before and after a step that its logits depend on. */
  readonly behind: number;
  readonly ahead: number;
  readonly #layers: readonly HostLayer[];
  readonly #width: number;
  readonly #depth: number;
  readonly #readout: Float64Array;
  readonly #readoutBias: Float64Array;

  constructor(config: PolicyConfig, params: Float32Array) {
    const layout = policyLayout(config);
    const values = (path: string) => Float64Array.from(paramValues(layout, params, path));
    this.#layers = policyConvolutions(config).map(({ from, kernel, dilation, alignment }, i) => {
      const reach = dilation * (kernel - 1);
      const behind = alignment === 'causal' ? reach : dilation * Math.floor(kernel / 2);
      return {
        from,
        kernel,
        dilation,
        behind,
        ahead: reach - behind,
        weight: values(`convolution${i}.weight`),
        bias: values(`convolution${i}.bias`),
      };
    });
    this.#width = config.width;
    this.#depth = config.rates.length;
    this.#readout = values('readout.weight');
    this.#readoutBias = values('readout.bias');
    this.behind = this.#layers.reduce((sum, layer) => sum + layer.behind, 0);
    this.ahead = this.#layers.reduce((sum, layer) => sum + layer.ahead, 0);
  }

  /**
   * Logits of the steps `[from, to)`, shape `[to - from, M]`; O((to - from + reach) layers width^2 kernel).
   *
   * @param features shape `[length, F]`, read from `at` on
   */
  logits(features: Float32Array, at: number, length: number, from: number, to: number): Float64Array {
    const width = this.#width;
    const depth = this.#depth;
    const layers = this.#layers;
    const result = new Float64Array((to - from) * depth);
    for (let step = from; step < to; step++) result.set(this.#readoutBias, (step - from) * depth);
    let low = from - this.behind;
    let high = to + this.ahead;
    // Steps `[first, first + rows)` of the layer below.
    let below: Float32Array | Float64Array = features.subarray(at, at + length * layers[0].from);
    let first = 0;
    for (const [i, layer] of layers.entries()) {
      low += layer.behind;
      high -= layer.ahead;
      const begin = Math.max(0, low);
      const end = Math.min(length, high);
      const rows = new Float64Array(Math.max(0, end - begin) * width);
      for (let step = begin; step < end; step++) {
        const row = (step - begin) * width;
        convolve(layer, width, below, first, step, length, rows, row);
        for (let k = row; k < row + width; k++) rows[k] /= 1 + Math.exp(-1.702 * rows[k]);
        if (i > 0) for (let k = 0; k < width; k++) rows[row + k] += below[(step - first) * width + k];
        if (step < from || step >= to) continue;
        for (let k = 0; k < width; k++) {
          for (let m = 0; m < depth; m++) {
            result[(step - from) * depth + m] += rows[row + k] * this.#readout[(i * width + k) * depth + m];
          }
        }
      }
      below = rows;
      first = begin;
    }
    for (let i = 0; i < result.length; i++) result[i] = logitBound * Math.tanh(result[i] / logitBound);
    return result;
  }
}

/** One step of one convolution; steps outside of `[0, length)` are zeros. */
function convolve(
  { from, kernel, dilation, behind, weight, bias }: HostLayer,
  width: number,
  below: Float32Array | Float64Array,
  first: number,
  step: number,
  length: number,
  into: Float64Array,
  at: number,
): void {
  into.set(bias, at);
  for (let tap = 0; tap < kernel; tap++) {
    const source = step - behind + tap * dilation;
    if (source < 0 || source >= length) continue;
    const row = (source - first) * from;
    for (let f = 0; f < from; f++) {
      const x = below[row + f];
      if (x === 0) continue;
      const w = (tap * from + f) * width;
      for (let k = 0; k < width; k++) into[at + k] += x * weight[w + k];
    }
  }
}
