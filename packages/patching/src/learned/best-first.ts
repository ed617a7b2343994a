/**
 * Fills a plan with the best steps first: what the environment does with too many boundaries, and what a deterministic plan is.
 * Equal steps are taken in the order of their reversed bits, which spreads them evenly (van der Corput 1935), so that a policy
 * without an opinion cuts nearly uniform patches and not a cluster.
 */
import type { PlanSpace } from './plan-space.js';

export class BestFirst {
  readonly #space: PlanSpace;
  readonly #spread: Uint32Array;
  readonly #order: Int32Array;
  readonly #blocked: Uint8Array;

  constructor(space: PlanSpace) {
    this.#space = space;
    this.#spread = Uint32Array.from({ length: space.length }, (_, t) => reversedBits(t));
    this.#order = new Int32Array(space.length);
    this.#blocked = new Uint8Array(space.length);
  }

  /** Orders the steps for `fill` by falling score. O(L log L). @param score shape `[L]` */
  rank(score: Float64Array): void {
    const spread = this.#spread;
    for (let t = 0; t < this.#order.length; t++) this.#order[t] = t;
    this.#order.sort((a, b) => score[b] - score[a] || spread[a] - spread[b]);
  }

  /**
   * Opens patches at one level, best steps first, among those that the finer level has, until the level is full. O(L).
   *
   * @param wanted labels, shape `[L]` from `at` on: only steps wanted at this level are taken. Absent: all
   * @param labels shape `[L]` from `at` on, with the anchors and finer levels set
   */
  fill(level: number, labels: Uint8Array, at: number, wanted?: Uint8Array): void {
    const { anchors, spacing, anchorSpacing, picks } = this.#space.levels[level];
    this.#blocked.fill(0);
    this.#block(0, anchorSpacing);
    for (let i = 0; i < anchors.length; i++) this.#block(anchors[i], anchorSpacing);
    let left = picks;
    for (let i = 0; left > 0 && i < this.#order.length; i++) {
      const t = this.#order[i];
      if (labels[at + t] !== level || this.#blocked[t] === 1) continue;
      if (wanted !== undefined && wanted[at + t] <= level) continue;
      labels[at + t] = level + 1;
      this.#block(t, spacing);
      left -= 1;
    }
  }

  #block(step: number, spacing: number): void {
    this.#blocked.fill(1, Math.max(0, step - spacing + 1), step + spacing);
  }
}

function reversedBits(value: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit++) if ((value >>> bit) & 1) result |= 1 << (31 - bit);
  return result >>> 0;
}
