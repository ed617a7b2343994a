/** What the kinds of embeddings keep of the samples of a patch; place, length and convolution are added to all of them alike. */
import { add, type Tensor } from '@tensorflow/tfjs-core';
import { TesseraError } from '@tessera/core';
import type { NdArray } from '@tessera/core/engine';
import {
  applyLinear,
  applyMlp,
  type BatchTensors,
  type ParamPlan,
  type Params,
  planLinear,
  planMlp,
} from '@tessera/core/nn';
import type { CutWindows } from './cut-windows.js';
import type { EmbeddingConfig } from './embedding-config.js';
import { patchSummaries, summarySize } from './patch-summaries.js';
import { phaseSamples } from './phase-samples.js';
import { pooledSteps } from './pooled-steps.js';
import { rawSamples } from './raw-samples.js';
import { resampledCells } from './resampled-cells.js';

/** One way to turn samples into the content of a token. */
export interface PatchContent {
  /** On the host; the first axis of every array is that of windows. */
  prepare(windows: CutWindows): Record<string, NdArray>;
  plan(plan: ParamPlan, width: number): void;
  /** @param arrays `values`, `mask`, `present` and what `prepare` makes @returns shape `[B, N, D]`, anything for padding */
  apply(params: Params, arrays: BatchTensors): Tensor;
}

export function patchContent(config: EmbeddingConfig): PatchContent {
  switch (config.kind) {
    case 'flatten':
      return flattened(config.patchLength);
    case 'crop':
      return [
        linearSamples('samples', config.samples, rawSamples),
        summarized(config.samples),
        ...(config.phases ? [linearSamples('phases', config.phases, phaseSamples)] : []),
      ].reduce(joined);
    case 'resample':
      return linearSamples('samples', config.size, resampledCells);
    case 'pool':
      return pooledSteps(config.features);
    case 'summary':
      return summarized(0);
  }
}

/** Values and masks of a fixed number of samples through one linear layer. */
function linearSamples(
  name: string,
  count: number,
  take: (windows: CutWindows, count: number) => NdArray,
): PatchContent {
  return {
    prepare: (windows) => ({ [name]: take(windows, count) }),
    plan: (plan, width) => planLinear(plan.scope(name), { from: 2 * count, to: width }),
    apply: (params, arrays) => applyLinear(params.scope(name), arrays[name]),
  };
}

/** All samples; no patch may have more. */
function flattened(patchLength: number): PatchContent {
  return linearSamples('samples', patchLength, (windows, count) => {
    const { starts, ends } = windows;
    let longest = 0;
    for (let i = 0; i < starts.length; i++) longest = Math.max(longest, ends[i] - starts[i]);
    if (longest <= count) return rawSamples(windows, count);
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'embedding options.patchLength',
      expected: `at least ${longest}, the longest patch of the windows`,
      found: `${count}`,
      wayOut: 'Give the patch length of the policy, or choose an embedding for patches of any length',
    });
  });
}

/** Summaries of the samples after the first `skipped` ones. */
function summarized(skipped: number): PatchContent {
  const layers = (width: number) => ({ widths: [summarySize, width, width] });
  return {
    prepare: (windows) => ({ summaries: patchSummaries(windows, skipped) }),
    plan: (plan, width) => planMlp(plan.scope('summaries'), layers(width)),
    apply: (params, { summaries }) => {
      const inner = params.scope('summaries');
      return applyMlp(inner, summaries, layers(inner.tensor('layer1.bias').size));
    },
  };
}

function joined(first: PatchContent, second: PatchContent): PatchContent {
  return {
    prepare: (windows) => ({ ...first.prepare(windows), ...second.prepare(windows) }),
    plan: (plan, width) => {
      first.plan(plan, width);
      second.plan(plan, width);
    },
    apply: (params, arrays) => add(first.apply(params, arrays), second.apply(params, arrays)),
  };
}
