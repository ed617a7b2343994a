/**
 * A causal policy over a series without end: push samples, get boundaries, the same as `segment` gives for the whole. Runs on the
 * host alone, and remembers no more steps than the network reaches back.
 */
import { TesseraError } from '@tessera/core';
import { CausalRule } from './causal-rule.js';
import { HostNetwork } from './host-network.js';
import type { PolicyConfig } from './policy-config.js';
import { writeCalendar } from './policy-features.js';
import { quantised } from './policy-scores.js';
import { featureCount, StepFeatures } from './step-features.js';

export class PolicyStream {
  readonly #config: PolicyConfig;
  readonly #network: HostNetwork;
  readonly #rule: CausalRule;
  readonly #features = new StepFeatures();
  readonly #width: number;
  /** Features of the last steps; moved to the front when full. */
  readonly #buffer: Float32Array;
  readonly #kept: number;
  readonly #logits: Float64Array;
  #filled = 0;
  #steps = 0;

  /** @throws TesseraError OPTIONS_INVALID for a policy that is not causal */
  constructor(config: PolicyConfig, params: Float32Array) {
    if (!config.isCausal) {
      throw new TesseraError({
        code: 'OPTIONS_INVALID',
        argument: 'stream of a policy',
        expected: 'a causal policy',
        found: 'one whose boundaries depend on later steps',
        wayOut: 'Train the policy with isCausal: true',
      });
    }
    this.#config = config;
    this.#network = new HostNetwork(config, params);
    this.#rule = new CausalRule(config);
    this.#width = featureCount(config);
    this.#kept = this.#network.behind;
    this.#buffer = new Float32Array((2 * this.#kept + 64) * this.#width);
    this.#logits = new Float64Array(config.rates.length);
  }

  /** Samples pushed so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * How many levels, from the finest on, open a patch at the sample that is pushed: 0 for none. O(reach width^2 kernel).
   *
   * @param value NaN where not observed
   * @param time UTC ms; needed where the policy sees the calendar. Give it for all samples or for none
   * @throws TesseraError OPTIONS_INVALID where the calendar needs a time
   */
  push(value: number, time?: number): number {
    const width = this.#width;
    if ((this.#filled + 1) * width > this.#buffer.length) {
      this.#buffer.copyWithin(0, (this.#filled - this.#kept) * width, this.#filled * width);
      this.#filled = this.#kept;
    }
    const at = this.#filled * width;
    if (this.#config.calendar.length > 0) {
      writeCalendar(time === undefined ? undefined : [time], this.#config, this.#buffer, at);
    }
    this.#features.push(value, time ?? this.#steps, this.#buffer, at);
    this.#filled += 1;
    this.#steps += 1;
    const last = this.#filled - 1;
    const logits = this.#network.logits(this.#buffer, 0, this.#filled, last, this.#filled);
    for (let m = 0; m < logits.length; m++) this.#logits[m] = quantised(logits[m]);
    return this.#rule.next(this.#logits, 0);
  }
}
