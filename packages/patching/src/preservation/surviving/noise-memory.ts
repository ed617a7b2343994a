/**
 * How much noise remembers: one figure for what a value hands on to the next, one for how fast that fades. White noise on top of a slow one
 * hands on little that lasts long, and an autoregression would take it for little that fades at once.
 *
 * Source: the mixed model of first order, ARMA(1, 1), of Box and Jenkins, Time Series Analysis, 3.4.
 */

export interface NoiseMemory {
  /** Autocorrelation of values one step apart. */
  readonly lag1: number;
  /** That of values k steps apart is `lag1 decay^(k - 1)`. */
  readonly decay: number;
}

export const noMemory: NoiseMemory = { lag1: 0, decay: 0 };

/** The slowest fading that is believed: beyond it a few hundred steps hold hardly any independent values. */
const slowest = 0.99;
/** Decay from which on a few hundred steps do not tell it from that of a random walk, whose own is always measured too fast (Dickey and Fuller, JASA 1979). */
const nearWalk = 0.94;
/** Memory up to which noise is taken for white: the error of a mean is then wrong by less than a quarter, sqrt(1.2 / 0.8). */
const leastMemory = 0.2;

/** White noise so large beside a slow one that its echo comes near to -1 cannot be taken out of a series that begins somewhere. */
const greatestEcho = 0.9;

/** The memory of noise with these autocorrelations one and two steps apart: of a slow one, with white noise on top where it fades faster at first. */
export function noiseMemory(lag1: number, lag2: number): NoiseMemory {
  if (Number.isNaN(lag1)) return noMemory;
  // Of next to no memory nobody can tell how fast it fades.
  if (!isRemembering({ lag1, decay: 0 }))
    return { lag1: Math.max(leastLag1(0), lag1), decay: Math.max(0, lag1) };
  const decay = Math.max(lag1, lag2 / lag1);
  const isWalk = decay > nearWalk && lag1 >= leastLag1(slowest);
  const fading = isWalk ? slowest : Math.min(nearWalk, decay);
  return { lag1: Math.min(fading, lag1), decay: fading };
}

/** With the greatest echo. */
function leastLag1(decay: number): number {
  const echo = -greatestEcho;
  return ((1 + decay * echo) * (decay + echo)) / (1 + 2 * decay * echo + echo ** 2);
}

/** `x(t) = decay x(t - 1) + e(t) + echo e(t - 1)`, and the share of the variance of x that e has. */
export function mixedModel({ lag1, decay }: NoiseMemory): {
  readonly decay: number;
  readonly echo: number;
  readonly innovation: number;
} {
  const half = lag1 - decay;
  const whole = 1 + decay ** 2 - 2 * decay * lag1;
  // The root inside the unit circle, written so that nothing cancels where the echo is small.
  const echo = (2 * half) / (whole + Math.sqrt(Math.max(0, whole ** 2 - 4 * half ** 2)));
  return { decay, echo, innovation: (1 - decay ** 2) / (1 + 2 * decay * echo + echo ** 2) };
}

/** Whether what was before foretells enough to be reckoned with. */
export function isRemembering({ lag1 }: NoiseMemory): boolean {
  return lag1 >= leastMemory;
}

/** Variance of a mean of many such values over that of white ones: the spectrum at frequency 0. From 1, also of next to no memory, to 199. */
export function meanInflation(memory: NoiseMemory): number {
  return isRemembering(memory) ? 1 + (2 * memory.lag1) / (1 - memory.decay) : 1;
}

/** The same of noise whose memory falls evenly from step to step. */
export function firstOrderInflation(lag1: number): number {
  const memory = Math.min(slowest, Math.max(0, lag1));
  return (1 + memory) / (1 - memory);
}

/** Sd of the difference of the means of two neighbouring runs of so many steps, over that of one value. O(steps) */
export function differenceSd({ lag1, decay }: NoiseMemory, steps: number): number {
  const at = (lag: number) => (lag === 0 ? 1 : lag1 * decay ** (lag - 1));
  let sum = 0;
  for (let distance = 1 - steps; distance < steps; distance++) {
    sum += (steps - Math.abs(distance)) * (at(Math.abs(distance)) - at(steps + distance));
  }
  return Math.sqrt((2 * sum) / steps ** 2);
}
