/**
 * How unexpected each value of a series is to a small model that learns while it reads: a linear autoregression by recursive least
 * squares, whose ridge pulls it towards "as the value before", and a running variance of its residuals. The score of a step depends
 * on no later one. A burst of noise is unexpected and worth nothing; this cannot tell it from an event.
 *
 * Sources: the idea of cutting where a small model is unsure: Pagnoni et al., Byte Latent Transformer (arXiv 2412.09871), and EntroPE
 * (arXiv 2509.26157). Recursive least squares: Haykin, Adaptive Filter Theory.
 */

export interface SurpriseModelOptions {
  /** Observed values that the next one is predicted from, at least 1. */
  readonly order: number;
  /** Steps worth as much as the first guess, in units of the variance of the first values. */
  readonly ridge: number;
  /** Observed steps after which a residual counts half in the running variance. */
  readonly halfLife: number;
}

export interface SurpriseScores {
  /** Negative log-density of the value under its prediction, shape `[T]`; -Infinity where missing or not yet judged. */
  readonly surprise: Float64Array;
  /** Entropy of the prediction before its value was seen, shape `[T]`; -Infinity as above. */
  readonly entropy: Float64Array;
}

/** Values further away than so many times the spread of the first ones count as that far, so that squares stay numbers. */
const farthest = 1e6;
/** Variance of residuals below which a series counts as foretold, in units of the variance of the first values. */
const leastVariance = 1e-12;
/**
 * Residuals further away than so many standard deviations teach the model as if they were that far: one shock neither makes all
 * that follows it look uncertain nor bends the weights.
 */
const farthestResidual = 4;
/** What the first change of a series that was constant so far scores: more than any other value can. */
const firstChange = 1e30;

/**
 * Scores of every step. The first `2 order` observed values, and as many more as are all equal, only teach the scale; where they were
 * equal, the first that differs has the highest score of all. O(T order^2).
 *
 * @param values shape `[T]`; NaN where missing, which is skipped
 */
export function surpriseScores(values: Float64Array, options: SurpriseModelOptions): SurpriseScores {
  const { length } = values;
  const surprise = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
  const entropy = surprise.slice();
  const steps: number[] = [];
  for (let t = 0; t < length; t++) if (!Number.isNaN(values[t])) steps.push(t);
  const start = scaleOf(values, steps, 2 * options.order);
  if (start === undefined) return { surprise, entropy };
  if (start.isFirstChange) {
    surprise[steps[start.seen - 1]] = firstChange;
    entropy[steps[start.seen - 1]] = firstChange;
  }
  const model = new OnlineAutoregression(options);
  for (let i = 0; i < steps.length; i++) {
    const value = clamp((values[steps[i]] / 2 - start.center / 2) / (start.spread / 2));
    const { error, variance } = model.next(value);
    if (i < start.seen) continue;
    surprise[steps[i]] = 0.5 * (Math.log(2 * Math.PI * variance) + error ** 2 / variance);
    entropy[steps[i]] = 0.5 * Math.log(2 * Math.PI * Math.E * variance);
  }
  return { surprise, entropy };
}

interface Scale {
  readonly center: number;
  readonly spread: number;
  /** Observed values it was taken from. */
  readonly seen: number;
  readonly isFirstChange: boolean;
}

/** First value and standard deviation of the first `atLeast` values, or of all up to the first that differs. */
function scaleOf(values: Float64Array, steps: readonly number[], atLeast: number): Scale | undefined {
  if (steps.length < atLeast) return undefined;
  const center = values[steps[0]];
  const firstOther = steps.findIndex((t) => values[t] !== center);
  if (firstOther === -1) return undefined;
  const seen = Math.max(atLeast, firstOther + 1);
  // Halves, because the difference of two large numbers may be none.
  const distances = steps.slice(0, seen).map((t) => values[t] / 2 - center / 2);
  const largest = distances.reduce((most, distance) => Math.max(most, Math.abs(distance)), 0);
  const parts = distances.map((distance) => distance / largest);
  const mean = parts.reduce((sum, part) => sum + part, 0) / seen;
  const squares = parts.reduce((sum, part) => sum + (part - mean) ** 2, 0);
  const spread = 2 * Math.min(Number.MAX_VALUE / 2, largest * Math.sqrt(squares / seen));
  if (!(spread > 0)) return undefined;
  return { center, spread, seen, isFirstChange: firstOther + 1 > atLeast };
}

function clamp(value: number): number {
  return Math.max(-farthest, Math.min(farthest, value));
}

class OnlineAutoregression {
  readonly #ridge: number;
  readonly #decay: number;
  /** Weight of the constant, then of the values from the last one back. */
  readonly #weights: Float64Array;
  readonly #inputs: Float64Array;
  /** Inverse of the regularised second moments of the inputs, row by row. */
  readonly #inverse: Float64Array;
  readonly #gain: Float64Array;
  #variance = 1;

  constructor({ order, ridge, halfLife }: SurpriseModelOptions) {
    const size = order + 1;
    this.#ridge = ridge;
    this.#decay = 0.5 ** (1 / halfLife);
    this.#weights = new Float64Array(size);
    this.#inputs = new Float64Array(size);
    this.#inverse = new Float64Array(size * size);
    this.#gain = new Float64Array(size);
    this.#inputs[0] = 1;
    this.#forget();
  }

  /** Predicts, compares with the value that came, and learns from it. */
  next(value: number): { readonly error: number; readonly variance: number } {
    const { length } = this.#inputs;
    let predicted = 0;
    for (let i = 0; i < length; i++) predicted += this.#weights[i] * this.#inputs[i];
    if (!Number.isFinite(predicted)) {
      this.#forget();
      predicted = this.#inputs[1];
    }
    const error = clamp(value - predicted);
    const variance = this.#variance;
    const most = farthestResidual * Math.sqrt(variance);
    const lesson = Math.max(-most, Math.min(most, error));
    this.#learn(lesson);
    this.#variance = Math.max(leastVariance, this.#decay * variance + (1 - this.#decay) * lesson ** 2);
    this.#inputs.copyWithin(2, 1, length - 1);
    this.#inputs[1] = value;
    return { error, variance };
  }

  #learn(error: number): void {
    const { length } = this.#inputs;
    let denominator = 1;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let j = 0; j < length; j++) sum += this.#inverse[i * length + j] * this.#inputs[j];
      this.#gain[i] = sum;
      denominator += sum * this.#inputs[i];
    }
    // Rounding after very unequal values can cost the matrix its positive sign.
    if (!(denominator >= 1)) {
      this.#forget();
      return;
    }
    for (let i = 0; i < length; i++) {
      this.#weights[i] += (this.#gain[i] / denominator) * error;
      for (let j = 0; j < length; j++) {
        this.#inverse[i * length + j] -= (this.#gain[i] * this.#gain[j]) / denominator;
      }
    }
  }

  /** Back to the first guess, that the next value is as the last. */
  #forget(): void {
    const { length } = this.#inputs;
    this.#weights.fill(0);
    this.#weights[1] = 1;
    this.#inverse.fill(0);
    for (let i = 0; i < length; i++) this.#inverse[i * length + i] = 1 / this.#ridge;
  }
}
