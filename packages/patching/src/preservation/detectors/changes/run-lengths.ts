/**
 * What is believed of the start of the current run, value by value: a probability per start, under normal values of unknown mean and
 * variance with a normal-inverse-gamma prior of mean 0 and one pseudo-observation of deviation 1. Unlikely starts are
 * forgotten, so that memory and time stay bounded.
 *
 * Sources: Adams and MacKay (2007), arXiv:0710.3742; Murphy, Conjugate Bayesian Analysis of the Gaussian Distribution (2007), for the
 * Student predictive.
 */

export interface RunLengthOptions {
  readonly hazard: number;
  readonly forget: number;
  readonly maxRuns: number;
}

export class RunLengths {
  /** Starts of the runs still believed in, increasing, with their probabilities. */
  readonly starts: Int32Array;
  readonly chances: Float64Array;
  count = 0;

  readonly #options: RunLengthOptions;
  readonly #means: Float64Array;
  /** Half the sum of squared deviations, the prior’s included. */
  readonly #spreads: Float64Array;
  /** Log of the constant of the Student density, by run length. */
  readonly #constants: Float64Array;
  #seen = 0;

  /** @param length how many values will come */
  constructor(length: number, options: RunLengthOptions) {
    const capacity = options.maxRuns + 1;
    this.#options = options;
    this.starts = new Int32Array(capacity);
    this.chances = new Float64Array(capacity);
    this.#means = new Float64Array(capacity);
    this.#spreads = new Float64Array(capacity);
    this.#constants = studentConstants(length);
  }

  /** Takes the next value. O(count), no allocation. */
  observe(value: number): void {
    const { hazard, forget, maxRuns } = this.#options;
    const { starts, chances } = this;
    const isFirst = this.#seen === 0;
    for (let k = 0; k < this.count; k++) chances[k] *= 1 - hazard;
    starts[this.count] = this.#seen;
    chances[this.count] = isFirst ? 1 : hazard;
    this.#means[this.count] = 0;
    this.#spreads[this.count] = 1;
    this.count += 1;

    let total = 0;
    for (let k = 0; k < this.count; k++) {
      chances[k] *= this.#learn(k, value);
      total += chances[k];
    }
    this.#seen += 1;

    let kept = 0;
    let least = 0;
    for (let k = 0; k < this.count; k++) {
      const chance = chances[k] / total;
      if (chance < forget) continue;
      this.#move(k, kept);
      chances[kept] = chance;
      if (chance < chances[least]) least = kept;
      kept += 1;
    }
    this.count = kept;
    if (kept > maxRuns) this.#drop(least);
  }

  /** Density of the value under a run, which then takes it in. */
  #learn(k: number, value: number): number {
    const length = this.#seen - this.starts[k];
    const weight = 1 + length;
    const shape = 1 + length / 2;
    const distance = value - this.#means[k];
    const gain = (weight * distance * distance) / (2 * (weight + 1));
    const spread = this.#spreads[k];
    const density = Math.exp(
      this.#constants[length] -
        0.5 * Math.log((spread * (weight + 1)) / weight) -
        (shape + 0.5) * Math.log1p(gain / spread),
    );
    this.#means[k] += distance / (weight + 1);
    this.#spreads[k] = spread + gain;
    return density;
  }

  #move(from: number, to: number): void {
    this.starts[to] = this.starts[from];
    this.#means[to] = this.#means[from];
    this.#spreads[to] = this.#spreads[from];
  }

  #drop(place: number): void {
    for (let k = place + 1; k < this.count; k++) {
      this.#move(k, k - 1);
      this.chances[k - 1] = this.chances[k];
    }
    this.count -= 1;
  }
}

/**
 * log (Gamma(a + 1/2) / Gamma(a)) - log(2 pi) / 2 with a = 1 + length / 2, by the recurrence over a + 1 of the gamma function from
 * Gamma(3/2) = sqrt(pi) / 2 and Gamma(2) = 1.
 */
function studentConstants(length: number): Float64Array {
  const constants = new Float64Array(Math.max(length, 2));
  const half = Math.log(Math.sqrt(Math.PI) / 2);
  constants[0] = half - 0.5 * Math.log(2 * Math.PI);
  constants[1] = -half - 0.5 * Math.log(2 * Math.PI);
  for (let i = 2; i < length; i++) {
    const before = i / 2;
    constants[i] = constants[i - 2] + Math.log1p(0.5 / before);
  }
  return constants;
}
