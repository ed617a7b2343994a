/**
 * Loading of the WebAssembly modules of `@bsull/augurs` without a network: their bytes are read from the package. Each
 * module is loaded once per thread, when a forecaster first needs it.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { normalQuantile } from '../intervals/normal-quantile.js';
import type { Path } from './calibrated-path.js';

/** What the models of the package answer. */
interface AugursForecast {
  readonly point: readonly number[];
  readonly intervals: { readonly upper: readonly number[] } | undefined;
}

const { resolve } = createRequire(import.meta.url);

async function bytesOf(name: 'ets' | 'mstl' | 'prophet'): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(join(dirname(resolve(`@bsull/augurs/${name}`)), `${name}_bg.wasm`)));
}

/** Calls `load` at the first use, and again where that failed. */
function once<Loaded>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  let loading: Promise<Loaded> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

export const loadEts = once(async () => {
  const { AutoETS, default: initialise } = await import('@bsull/augurs/ets');
  await initialise({ module_or_path: await bytesOf('ets') });
  return AutoETS;
});

export const loadMstl = once(async () => {
  const { MSTL, default: initialise } = await import('@bsull/augurs/mstl');
  await initialise({ module_or_path: await bytesOf('mstl') });
  return MSTL;
});

export const loadProphet = once(async () => {
  const { Prophet, default: initialise } = await import('@bsull/augurs/prophet');
  await initialise({ module_or_path: await bytesOf('prophet') });
  const { optimizer } = await import('@bsull/augurs-prophet-wasmstan');
  return { Prophet, optimizer };
});

/** The level at which intervals are asked for; they are normal, so one level tells the deviation. */
const level = 0.8;

/** Points and normal deviations of a fitted model, `steps` ahead, in units of `1 / scale`. */
export function readPath(
  model: { predict(steps: number, level: number): AugursForecast },
  steps: number,
  scale: number,
): Path {
  const { point, intervals } = model.predict(steps, level);
  if (intervals === undefined) throw new Error('the fitted model gives no intervals');
  const unit = scale / normalQuantile((1 + level) / 2);
  return {
    point: Float64Array.from(point, (value) => value * scale),
    deviation: Float64Array.from(point, (value, step) => (intervals.upper[step] - value) * unit),
  };
}
