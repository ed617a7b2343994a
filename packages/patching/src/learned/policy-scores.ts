/**
 * What a policy says of a batch of windows before anything is drawn: logits, rounded so that the noise of an engine’s arithmetic
 * does not decide, and the steps that are proposed.
 */
import type { NdArray } from '@tessera/core/engine';
import type { PolicyConfig } from './policy-config.js';
import { curvatureMagnitude } from './step-features.js';

export interface PolicyScores {
  /** Number of windows, B. */
  readonly windows: number;
  /** Steps of each, L. */
  readonly length: number;
  /** Levels, M, from fine to coarse. */
  readonly depth: number;
  /** Shape `[B, L, M]`. */
  readonly logits: Float32Array;
  /** 1 where a boundary of the finest level is proposed, shape `[B, L]`; absent where every step is. */
  readonly proposals?: Uint8Array;
}

/** Logits are whole multiples of this: far above the noise of float32, and below what changes a choice (1.6 % in a probability). */
export const logitQuantum = 1 / 64;

/** The nearest whole multiple of the quantum, halves upwards. */
export function quantised(logit: number): number {
  return Math.floor(logit / logitQuantum + 0.5) * logitQuantum;
}

/**
 * Scores from the logits of a network. O(B L radius).
 *
 * @param features shape `[B, L, F]`
 * @param logits shape `[B, L, M]`
 */
export function policyScores(config: PolicyConfig, features: NdArray, logits: NdArray): PolicyScores {
  const [windows, length] = features.shape;
  const rounded = new Float32Array(logits.data.length);
  for (let i = 0; i < rounded.length; i++) rounded[i] = quantised(logits.data[i]);
  const depth = config.rates.length;
  const scores = { windows, length, depth, logits: rounded };
  if (config.proposals === 'all') return scores;
  const width = features.shape[2];
  const proposals = new Uint8Array(windows * length);
  const signal = new Float32Array(length);
  for (let row = 0; row < windows; row++) {
    for (let t = 0; t < length; t++) {
      const step = row * length + t;
      signal[t] =
        config.proposals === 'curvature'
          ? features.data[step * width + curvatureMagnitude]
          : rounded[step * depth];
    }
    markMaxima(signal, config.proposalRadius, proposals, row * length);
  }
  return { ...scores, proposals };
}

/** Scores without an opinion: the random plans of the same space. */
export function indifferentScores(config: PolicyConfig, windows: number, length: number): PolicyScores {
  const depth = config.rates.length;
  return { windows, length, depth, logits: new Float32Array(windows * length * depth) };
}

/** Marks local maxima with a 1: at least as high as all within the radius, above one of them, and the first of equals. O(T radius). */
export function markMaxima(signal: ArrayLike<number>, radius: number, into: Uint8Array, at: number): void {
  const length = signal.length;
  for (let t = 0; t < length; t++) {
    let isHighest = true;
    let isAbove = false;
    for (let i = Math.max(0, t - radius); isHighest && i <= Math.min(length - 1, t + radius); i++) {
      if (signal[i] > signal[t] || (signal[i] === signal[t] && i < t)) isHighest = false;
      if (signal[i] < signal[t]) isAbove = true;
    }
    into[at + t] = isHighest && isAbove ? 1 : 0;
  }
}
