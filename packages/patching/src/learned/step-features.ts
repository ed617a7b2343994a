/**
 * What a policy sees of one step: the scaled value, its first and second difference and their magnitudes, whether it was observed,
 * how long nothing was observed before it, and the phase of calendar cycles. Steps are pushed in order, so the same code
 * serves windows and streams. What was not observed has zeros, and nothing under the mask is read.
 */
import type { PolicyConfig } from './policy-config.js';

/** Names of the features that do not depend on the calendar, in order. */
export const stepFeatureNames = [
  'value',
  'difference',
  'differenceMagnitude',
  'curvature',
  'curvatureMagnitude',
  'observed',
  'gap',
] as const;

export const curvatureMagnitude = stepFeatureNames.indexOf('curvatureMagnitude');

/** Features of a step, F. */
export function featureCount({ calendar }: Pick<PolicyConfig, 'calendar'>): number {
  return stepFeatureNames.length + 2 * calendar.length;
}

/** Scaled numbers are themselves up to here and grow like a logarithm beyond, so that one huge value cannot drown the rest. */
const straight = 8;
/** The square of larger numbers would not be finite; they are read as this. */
const largest = 1e150;
/** A deviation below this share of the level is rounding, and the series counts as constant. */
const rounding = 1e-10;
const smallest = 1e-150;

/** Location and scale of a window, which a policy that is not causal knows beforehand. */
export interface StepScale {
  readonly location: number;
  readonly scale: number;
}

/** Mean and standard deviation of what was observed. O(L). */
export function scaleOfSteps(values: ArrayLike<number>): StepScale {
  const running = new RunningScale();
  for (let t = 0; t < values.length; t++) {
    const value = values[t];
    if (!Number.isNaN(value)) running.add(clamp(value));
  }
  return { location: running.location, scale: running.scale };
}

/** Mean and deviation so far. Source: Welford 1962, Technometrics 4(3). */
class RunningScale {
  location = 0;
  #count = 0;
  #squares = 0;

  add(value: number): void {
    this.#count += 1;
    const off = value - this.location;
    this.location += off / this.#count;
    this.#squares += off * (value - this.location);
  }

  get scale(): number {
    return this.#count === 0 ? 0 : Math.sqrt(this.#squares / this.#count);
  }
}

/** Turns values, one after another, into features. */
export class StepFeatures {
  readonly #known: StepScale | undefined;
  readonly #running = new RunningScale();
  #step = 0;
  #firstTime = 0;
  #last = Number.NaN;
  #lastTime = Number.NaN;
  #difference = Number.NaN;

  /** @param known scale of the whole window; without it, scale is that of the steps so far, as a causal policy needs */
  constructor(known?: StepScale) {
    this.#known = known;
  }

  /**
   * Writes the features of the next step, without those of the calendar.
   *
   * @param value NaN where not observed
   * @param time of the step, in any unit; for steps without times, their number
   */
  push(value: number, time: number, into: Float32Array, at: number): void {
    const isFirst = this.#step === 0;
    if (isFirst) this.#firstTime = time;
    const pace = isFirst ? 1 : (time - this.#firstTime) / this.#step;
    const elapsed = Number.isNaN(this.#lastTime)
      ? this.#step + 1
      : (time - this.#lastTime) / (pace > 0 ? pace : 1);
    this.#step += 1;
    // 0 where the step before was observed, on time.
    into[at + 6] = Math.log((1 + Math.max(0, elapsed)) / 2);
    if (Number.isNaN(value)) {
      into.fill(0, at, at + 6);
      return;
    }
    const x = clamp(value);
    if (this.#known === undefined) this.#running.add(x);
    const { location, scale } = this.#known ?? this.#running;
    const inverse = scale > smallest && scale > rounding * Math.abs(location) ? 1 / scale : 0;
    const difference = Number.isNaN(this.#last) ? 0 : x - this.#last;
    const curvature = Number.isNaN(this.#difference) ? 0 : difference - this.#difference;
    into[at] = limit((x - location) * inverse);
    into[at + 1] = limit(difference * inverse);
    into[at + 2] = Math.abs(into[at + 1]);
    into[at + 3] = limit(curvature * inverse);
    into[at + 4] = Math.abs(into[at + 3]);
    into[at + 5] = 1;
    if (!Number.isNaN(this.#last)) this.#difference = difference;
    this.#last = x;
    this.#lastTime = time;
  }
}

function clamp(value: number): number {
  return Math.max(-largest, Math.min(largest, value));
}

function limit(x: number): number {
  const size = Math.abs(x);
  return size <= straight ? x : Math.sign(x) * (straight + Math.log(1 + size - straight));
}
