/**
 * How a causal policy decides: a step opens a patch where its logit reaches a threshold, the last boundary is far enough, and the
 * running budget has room: after n steps there are at most max(1, floor(n / rate)) patches. The best K of a whole window would
 * not be causal. What it costs: early events find an empty budget, and a budget spent on weak events is gone.
 */

import { anchorPeriod, levelAnchorSpacing, levelSpacing } from './plan-space.js';
import type { PolicyConfig } from './policy-config.js';
import { logitBound } from './policy-network.js';
import { logitQuantum, type PolicyScores } from './policy-scores.js';

interface RuleLevel {
  readonly rate: number;
  readonly spacing: number;
  readonly anchorSpacing: number;
  readonly period: number;
  readonly threshold: number;
  /** Last chosen boundary. */
  last: number;
  /** Step 0 or the last anchor. */
  lastFixed: number;
  /** Boundaries beside step 0 and the anchors. */
  chosen: number;
}

export class CausalRule {
  readonly #levels: readonly RuleLevel[];
  readonly #hasBudget: boolean;
  #step = 0;

  /** @param hasBudget false lets everything through that the threshold and the spacing do; for calibration */
  constructor(config: PolicyConfig, hasBudget = true) {
    this.#levels = config.rates.map((rate, m) => ({
      rate,
      spacing: levelSpacing(config, m),
      anchorSpacing: levelAnchorSpacing(config, m),
      period: anchorPeriod(config, m),
      threshold: config.thresholds?.[m] ?? 0,
      last: Number.NEGATIVE_INFINITY,
      lastFixed: 0,
      chosen: 0,
    }));
    this.#hasBudget = hasBudget;
  }

  /**
   * How many levels, from the finest on, open a patch at the next step. O(M).
   *
   * @param logits of the step, shape `[M]` from `at` on, quantised
   */
  next(logits: ArrayLike<number>, at: number): number {
    const step = this.#step;
    this.#step += 1;
    if (step === 0) return this.#levels.length;
    let label = 0;
    while (label < this.#levels.length && this.#opens(this.#levels[label], step, logits[at + label]))
      label += 1;
    return label;
  }

  /** Boundaries that were chosen at a level so far, without step 0 and the anchors. */
  chosenAt(level: number): number {
    return this.#levels[level].chosen;
  }

  #opens(level: RuleLevel, step: number, logit: number): boolean {
    if (step % level.period === 0) {
      level.lastFixed = step;
      return true;
    }
    if (logit < level.threshold || step - level.last < level.spacing) return false;
    if (step - level.lastFixed < level.anchorSpacing) return false;
    const nextAnchor = (Math.floor(step / level.period) + 1) * level.period;
    if (nextAnchor - step < level.anchorSpacing) return false;
    if (this.#hasBudget && level.chosen + 1 > Math.min(budget(level, step), budget(level, nextAnchor))) {
      return false;
    }
    level.chosen += 1;
    level.last = step;
    return true;
  }
}

/** Boundaries that can be chosen up to a step: patches allowed so far, without those of step 0 and of the anchors. */
function budget({ rate, period }: RuleLevel, step: number): number {
  if (step === Number.POSITIVE_INFINITY) return step;
  return Math.floor((step + 1) / rate) - 1 - Math.floor(step / period);
}

/** Labels as in `SampledPlans`, shape `[B, L]`, each window from its own beginning. O(B L M). */
export function causalPlans(
  config: PolicyConfig,
  { windows, length, depth, logits }: PolicyScores,
): Uint8Array {
  const labels = new Uint8Array(windows * length);
  for (let window = 0; window < windows; window++) {
    const rule = new CausalRule(config);
    for (let t = 0; t < length; t++) {
      const step = window * length + t;
      labels[step] = rule.next(logits, step * depth);
    }
  }
  return labels;
}

/**
 * The highest thresholds at which, without the budget, at least as many steps open a patch as the rates allow. Calibrated on the
 * training split they are causal; quantiles of the window at hand would not be. O(B L M log).
 */
export function calibrateThresholds(config: PolicyConfig, all: readonly PolicyScores[]): readonly number[] {
  const steps = all.reduce((sum, { windows, length }) => sum + windows * length, 0);
  // One level after another, since a coarse level opens only where the finer ones do.
  const thresholds = config.rates.map(() => Number.NEGATIVE_INFINITY);
  for (const [m, rate] of config.rates.entries()) {
    const wanted = steps * (1 / rate - 1 / anchorPeriod(config, m));
    let low = Math.floor(-logitBound / logitQuantum);
    let high = Math.ceil(logitBound / logitQuantum) + 1;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      thresholds[m] = middle * logitQuantum;
      if (countChosen({ ...config, thresholds }, all, m) >= wanted) low = middle;
      else high = middle;
    }
    thresholds[m] = low * logitQuantum;
  }
  return thresholds;
}

function countChosen(config: PolicyConfig, all: readonly PolicyScores[], level: number): number {
  let count = 0;
  for (const { windows, length, depth, logits } of all) {
    for (let window = 0; window < windows; window++) {
      const rule = new CausalRule(config, false);
      for (let t = 0; t < length; t++) rule.next(logits, (window * length + t) * depth);
      count += rule.chosenAt(level);
    }
  }
  return count;
}
