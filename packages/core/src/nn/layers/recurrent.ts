/**
 * A gated recurrent layer whose gates look at the input alone, so that all steps are computed at once: z = sigmoid(W_z x + b_z),
 * c = W_c x + b_c, h_t = (1 - z_t) h_{t-1} + z_t c_t. It sees the past only. Steps that were not observed leave the
 * state as it is.
 *
 * Source: Feng et al. 2024, arXiv 2410.01201, section 3.1 (minGRU); time scales at the start as in Tallec and Ollivier 2018,
 * arXiv 1804.11188, section 2, but even in their logarithms.
 */
import { expandDims, greater, mul, neg, sigmoid, sub, type Tensor, where } from '@tensorflow/tfjs-core';
import { linearRecurrence } from '../../engine/composites/linear-recurrence.js';
import type { ParamPlan, Params } from '../params/param-layout.js';
import { applyLinear, planLinear } from './dense.js';
import { zeroUnobserved } from './masks.js';

export interface RecurrenceConfig {
  readonly from: number;
  readonly to: number;
  /** Longest time scale at the start, in steps; channels begin with scales from 1 step to this. */
  readonly memory: number;
}

export function planRecurrence(plan: ParamPlan, { from, to, memory }: RecurrenceConfig): void {
  planLinear(plan.scope('candidate'), { from, to });
  planLinear(plan.scope('gate'), { from, to, bias: false });
  plan.add('gate.bias', [to], { kind: 'uniform', limit: centre(memory) });
}

/**
 * @param x shape `[B, T, from]`
 * @param observed 1 or 0, shape `[B, T]`; where it is 0, whatever x holds changes nothing. Default all observed
 * @returns the state after each step, shape `[B, T, to]`
 */
export function applyRecurrence(
  params: Params,
  x: Tensor,
  { memory }: RecurrenceConfig,
  observed?: Tensor,
): Tensor {
  const seen = observed === undefined ? x : zeroUnobserved(x, observed);
  const candidate = applyLinear(params.scope('candidate'), seen);
  const opening = sub(applyLinear(params.scope('gate'), seen), centre(memory));
  // 1 - sigmoid(u) would lose the digits of slow channels.
  const keeps = sigmoid(neg(opening));
  const input = mul(sigmoid(opening), candidate);
  if (observed === undefined) return linearRecurrence(keeps, input);
  const isSeen = expandDims(greater(observed, 0.5), -1);
  return linearRecurrence(where(isSeen, keeps, 1), where(isSeen, input, 0));
}

/** A gate of sigmoid(b - centre) with b from -centre to centre has time scales from about 1 to `memory` steps. */
function centre(memory: number): number {
  return Math.log(memory) / 2;
}
