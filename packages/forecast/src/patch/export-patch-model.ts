/**
 * A trained patch model as one ONNX file that any runtime reads: scaling and its inverse are inside, weights are initializers, and
 * the configuration stands in the metadata.
 */

import {
  abs,
  add,
  cast,
  div,
  greater,
  isNaN as isMissing,
  logicalNot,
  maximum,
  mul,
  onesLike,
  sqrt,
  square,
  sub,
  sum,
  Tensor,
  tensor,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { invariant } from '@tessera/core';
import { encodeModel, traceFunction } from '@tessera/core/engine';
import { type ParamLayout, type Params, paramValues } from '@tessera/core/nn';
import type { PatchModelConfig } from './patch-config.js';
import { applyPatchModel } from './patch-model.js';
import { patchLayout } from './train-patch-model.js';

/** The bytes of a model from `[1, L]` to `[1, H, Q]`. */
export function exportPatchModel(config: PatchModelConfig, params: Float32Array): Uint8Array {
  const layout = patchLayout(config);
  const { graph } = traceFunction(
    (history) => {
      invariant(history instanceof Tensor, 'the history is a tensor');
      return forecastHistory(constantParams(layout, params), history, config);
    },
    {
      structure: { kind: 'list', items: [{ kind: 'leaf' }] },
      forms: [{ shape: [1, config.lookback], dtype: 'float32' }],
    },
    'patch',
    { inputs: ['history'], outputs: ['quantiles'] },
  );
  return encodeModel(graph, { name: 'patch', metadata: { tessera: JSON.stringify(config) } });
}

/** Scales by what was observed, forecasts, and scales back. @param history shape `[1, L]`, NaN where missing */
function forecastHistory(params: Params, history: Tensor, config: PatchModelConfig): Tensor {
  const missing = isMissing(history);
  const mask = cast(logicalNot(missing), 'float32');
  const known = where(missing, zerosLike(history), history);
  const count = maximum(sum(mask), 1);
  const location = div(sum(known), count);
  const centred = mul(sub(known, location), mask);
  const deviation = sqrt(div(sum(square(centred)), count));
  // The same floor as on the host: below it, what varies is rounding.
  const floor = mul(maximum(abs(location), 1), 1e-8);
  const scale = where(greater(deviation, floor), deviation, onesLike(deviation));
  const scaled = applyPatchModel(params, { values: div(centred, scale), mask }, config);
  return add(mul(scaled, scale), location);
}

/** Parameters that become initializers of the graph. */
function constantParams(layout: ParamLayout, flat: Float32Array): Params {
  const shapes = new Map(layout.entries.map(({ path, shape }) => [path, shape]));
  const scoped = (prefix: string): Params => ({
    tensor: (name) => {
      const path = prefix + name;
      return tensor(paramValues(layout, flat, path), [...(shapes.get(path) ?? [])], 'float32');
    },
    scope: (name) => scoped(`${prefix}${name}.`),
  });
  return scoped('');
}
