/**
 * What a patch model costs: tokens, and floating-point operations of policy, embedding, backbone and head, each counted from its own
 * traced graph. It counts one forecast of one window of one channel. A batch of B windows takes B times as much, less what is computed
 * once for all of them: features of places. A step of training is not counted; nor is what happens outside of graphs, such as scaling,
 * features for the policy and the choice of boundaries from its logits.
 *
 * What counts as an operation is said in the engine, `operator-flops.ts`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { countFlops, type InputForm } from '@tessera/core/engine';
import { type BatchTensors, readParams } from '@tessera/core/nn';
import { applyPolicy, featureCount, type PolicyConfig, policyLayout } from '@tessera/patching/learned';
import type { PatchModelConfig } from './patch-config.js';
import {
  applyPatchModel,
  type EmbeddedWindows,
  embedWindows,
  mixTokens,
  readForecast,
  type WindowTokens,
  windowTokens,
} from './patch-model.js';
import { patchLayout } from './patch-predictor.js';
import { type ModelArrays, modelArrays } from './patch-windows.js';
import { plannedArrays } from './policy/planned-windows.js';

export interface PatchFlops {
  /** The network of a learned policy; 0 for even patches, which need none; null where it is not counted. */
  readonly policy: number | null;
  readonly embedding: number;
  readonly backbone: number;
  readonly head: number;
  /** The whole forward as one graph, without a policy that is not counted. */
  readonly total: number;
}

/** What one window costs a patch forecaster: its tokens, and its floating-point operations by part. */
export interface PatchLedger {
  /** Of one window. */
  readonly tokens: WindowTokens;
  /** Of one window. */
  readonly flops: PatchFlops;
  /** Why the policy is not counted; null where it is. */
  readonly uncounted: string | null;
}

/**
 * O(operations of the model + L).
 *
 * @param policy the network that places the patches. Default none: even patches, or a rule, which leaves no graph to count
 * @throws TesseraError TRACE_UNSUPPORTED
 */
export function patchLedger(config: PatchModelConfig, policy?: PolicyConfig): PatchLedger {
  const layout = patchLayout(config);
  const flat = floats(layout.size);
  const arrays = oneWindow(config);
  const { patches, known, queries } = windowTokens(config);
  const embedded = {
    tokens: floats(1, patches + known, config.width),
    ...(config.patching.kind === 'even' ? {} : { bias: floats(config.heads, 1, patches) }),
  };
  const embed = (given: Tensor, window: BatchTensors) =>
    embedWindows(readParams(layout, given), window, config);
  const mix = (given: Tensor, tokens: EmbeddedWindows) =>
    mixTokens(readParams(layout, given), tokens, config);
  const read = (given: Tensor, tokens: EmbeddedWindows, window: BatchTensors) =>
    readForecast(readParams(layout, given), tokens, window, config);
  const isCounted = config.patching.kind === 'even' || policy !== undefined;
  return {
    tokens: { patches, known, queries },
    flops: {
      policy: isCounted ? policyFlops(config, policy) : null,
      embedding: countFlops(embed, [flat, arrays], { name: 'embedding' }).total,
      backbone: countFlops(mix, [flat, embedded], { name: 'backbone' }).total,
      head: countFlops(read, [flat, embedded, arrays], { name: 'head' }).total,
      total: forwardFlops(config, policy),
    },
    uncounted: isCounted ? null : 'no traced graph',
  };
}

/** The policy’s network alone. */
function policyFlops({ lookback }: PatchModelConfig, policy: PolicyConfig | undefined): number {
  if (policy === undefined) return 0;
  const layout = policyLayout(policy);
  return countFlops(
    (given: Tensor, features: Tensor) => applyPolicy(readParams(layout, given), features, policy),
    [floats(layout.size), floats(1, lookback, featureCount(policy))],
    { name: 'policy' },
  ).total;
}

/** Policy and model as one graph. */
function forwardFlops(config: PatchModelConfig, policy: PolicyConfig | undefined): number {
  const layout = patchLayout(config);
  const flat = floats(layout.size);
  const arrays = oneWindow(config);
  if (policy === undefined) {
    return countFlops(
      (given: Tensor, window: BatchTensors) => applyPatchModel(readParams(layout, given), window, config),
      [flat, arrays],
      { name: 'forward' },
    ).total;
  }
  const own = policyLayout(policy);
  return countFlops(
    (given: Tensor, window: BatchTensors, ofPolicy: Tensor, features: Tensor) => [
      applyPolicy(readParams(own, ofPolicy), features, policy),
      applyPatchModel(readParams(layout, given), window, config),
    ],
    [flat, arrays, floats(own.size), floats(1, config.lookback, featureCount(policy))],
    { name: 'forward' },
  ).total;
}

/** The arrays of a window of zeros as they are always made; only their shapes count. */
function oneWindow(config: PatchModelConfig): ModelArrays {
  const { lookback, horizon, inputs, patching } = config;
  const zeros = () => new Float64Array(lookback + horizon);
  const series = {
    id: '',
    channel: '',
    values: zeros(),
    place: 0,
    past: inputs.past.map(zeros),
    future: inputs.future.map(zeros),
  };
  const origins = [{ series, origin: lookback }];
  if (patching.kind === 'even') return modelArrays(origins, config);
  // As many patches as there is room for, so that none is longer than an embedding takes.
  const count = Math.min(patching.maxPatches, lookback);
  const ends = Uint32Array.from({ length: count }, (_, i) => Math.floor(((i + 1) * lookback) / count));
  return plannedArrays(origins, [ends], config);
}

function floats(...shape: number[]): InputForm {
  return { shape, dtype: 'float32' };
}
