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
  reshape,
  sqrt,
  square,
  sub,
  sum,
  Tensor,
  tensor,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { invariant, TesseraError } from '@tessera/core';
import { encodeModel, traceFunction } from '@tessera/core/engine';
import { type BatchTensors, type ParamLayout, type Params, paramValues } from '@tessera/core/nn';
import type { PatchModelConfig } from './patch-config.js';
import { applyPatchModel } from './patch-model.js';
import { patchLayout } from './patch-predictor.js';

/** The bytes of a model from `history` `[1, L]`, and the rows beside it, to `quantiles` `[1, H, Q]`. */
export function exportPatchModel(config: PatchModelConfig, params: Float32Array): Uint8Array {
  if (config.patching.kind === 'policy') {
    throw new TesseraError({
      code: 'EXPORT_UNSUPPORTED',
      argument: 'exportOnnx',
      expected: 'a model of even patches',
      found: 'patches of a policy, which are placed outside of the graph',
      wayOut: 'Save the forecaster with save() instead',
    });
  }
  const layout = patchLayout(config);
  const shapes = inputShapes(config);
  const names = Object.keys(shapes);
  const { graph } = traceFunction(
    (...inputs) => forecastHistory(constantParams(layout, params), named(names, inputs), config),
    {
      structure: { kind: 'list', items: names.map(() => ({ kind: 'leaf' })) },
      forms: names.map((name) => ({ shape: shapes[name], dtype: 'float32' })),
    },
    'patch',
    { inputs: names, outputs: ['quantiles'] },
  );
  return encodeModel(graph, { name: 'patch', metadata: { tessera: JSON.stringify(config) } });
}

function inputShapes({ lookback, horizon, inputs }: PatchModelConfig): Readonly<Record<string, number[]>> {
  const { targets, past, future } = inputs;
  return {
    history: [1, lookback],
    ...(past.length > 0 ? { past: [1, past.length, lookback] } : {}),
    ...(future.length > 0 ? { known: [1, future.length, lookback + horizon] } : {}),
    ...(targets.length > 1 ? { place: [1, targets.length] } : {}),
  };
}

function named(names: readonly string[], inputs: readonly unknown[]): BatchTensors {
  return Object.fromEntries(
    names.map((name, i) => {
      const input = inputs[i];
      invariant(input instanceof Tensor, 'every input is a tensor');
      return [name, input];
    }),
  );
}

/** Scales by what was observed, forecasts, and scales back. Rows are NaN where missing. */
function forecastHistory(
  params: Params,
  { history, past, known, place }: BatchTensors,
  config: PatchModelConfig,
): Tensor {
  const { scaled, mask, location, scale } = standardize(history);
  const arrays: Record<string, Tensor> = { values: scaled, mask };
  if (past !== undefined) {
    const rows = standardize(past);
    arrays.past = rows.scaled;
    arrays.pastMask = rows.mask;
  }
  if (known !== undefined) {
    const rows = standardize(known);
    arrays.known = rows.scaled;
    arrays.knownMask = rows.mask;
  }
  if (place !== undefined) arrays.place = place;
  const forecast = applyPatchModel(params, arrays, config);
  return add(mul(forecast, reshape(scale, [1, 1, 1])), reshape(location, [1, 1, 1]));
}

/** Rows along the last axis by mean and standard deviation of what is observed, as `scaleOf` does on the host. */
function standardize(rows: Tensor) {
  const axis = rows.rank - 1;
  const missing = isMissing(rows);
  const mask = cast(logicalNot(missing), 'float32');
  const known = where(missing, zerosLike(rows), rows);
  const count = maximum(sum(mask, axis, true), 1);
  const location = div(sum(known, axis, true), count);
  const centred = mul(sub(known, location), mask);
  const deviation = sqrt(div(sum(square(centred), axis, true), count));
  // The same floor as on the host: below it, what varies is rounding.
  const floor = mul(maximum(abs(location), 1), 1e-8);
  const scale = where(greater(deviation, floor), deviation, onesLike(deviation));
  return { scaled: div(centred, scale), mask, location, scale };
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
