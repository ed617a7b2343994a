/**
 * One fit by the npm package `arima` (the C library ctsa in WebAssembly). Its parts are loaded from inside the package,
 * because only so its output can be kept from the console and read: the fit’s variance is told nowhere else. Every
 * instance has a memory of its own, which is freed with it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Orders of a seasonal ARIMA model, and whether a straight line is fitted beside it: drift where it differences once. */
export interface ArimaOrders {
  readonly p: number;
  readonly d: number;
  readonly q: number;
  readonly P: number;
  readonly D: number;
  readonly Q: number;
  readonly season: number;
  readonly line: boolean;
}

/** `css`: conditional sum of squares, fast. `likelihood`: exact, started from there. */
export type ArimaMethod = 'css' | 'likelihood';

export interface ArimaFit {
  /** Variance of the one-step errors; NaN where the library tells none. */
  readonly variance: number;
  /** Shape `[N]`. */
  readonly point: Float64Array;
  /** Standard deviations, shape `[N]`. */
  readonly deviation: Float64Array;
}

interface Model {
  train(values: readonly number[], regressors?: readonly number[]): unknown;
  predict(steps: number, regressors?: readonly number[]): [readonly number[], readonly number[]];
  destroy(): void;
}
type ModelClass = new (options: Readonly<Record<string, number | boolean>>) => Model;
interface ModuleOptions {
  readonly wasmBinary: Uint8Array;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
  readonly quit: (status: number, error: unknown) => never;
}

/** The package’s own numbers for its methods; its README describes others, its output tells these. */
const methodNumbers: Readonly<Record<ArimaMethod, number>> = { likelihood: 0, css: 2 };

interface Parts {
  readonly createModule: (options: ModuleOptions) => unknown;
  readonly load: (module: unknown) => ModelClass;
  readonly bytes: Uint8Array;
}
let parts: Parts | undefined;

function loadParts(): Parts {
  if (parts === undefined) {
    const inside = createRequire(createRequire(import.meta.url).resolve('arima'));
    parts = {
      createModule: inside('./wasm/native-sync.js'),
      load: inside('./load.js'),
      bytes: readFileSync(inside.resolve('./wasm/native.wasm')),
    };
  }
  return parts;
}

/** Fits a model and forecasts `steps` ahead. @throws Error where the series is too short for the orders */
export type ArimaLibrary = (
  values: readonly number[],
  orders: ArimaOrders,
  method: ArimaMethod,
  steps: number,
) => ArimaFit;

/** A fresh instance of the library. Not to be kept longer than the fits of one series. */
export function openArima(): ArimaLibrary {
  const { createModule, load, bytes } = loadParts();
  let printed: string[] = [];
  const keep = (line: string): void => {
    printed.push(line);
  };
  const quit = (_status: number, error: unknown): never => {
    throw error;
  };
  const Arima = load(createModule({ wasmBinary: bytes, print: keep, printErr: keep, quit }));
  return (values, { season, line, ...orders }, method, steps) => {
    printed = [];
    const model = new Arima({ ...orders, s: season, method: methodNumbers[method], verbose: true });
    try {
      model.train(values, line ? straightLine(0, values.length, values.length) : []);
      const ahead = line ? straightLine(values.length, steps, values.length) : [];
      const [point, variances] = model.predict(steps, ahead);
      const variance = printedVariance(printed);
      // Without any term but differences the package answers variances from memory that nothing has written to.
      const isBare = orders.p + orders.q + orders.P + orders.Q === 0;
      const deviation = isBare
        ? differenceDeviations(variance, orders.d, orders.D * season, steps)
        : Float64Array.from(variances, Math.sqrt);
      return { variance, point: Float64Array.from(point), deviation };
    } finally {
      model.destroy();
    }
  };
}

/** `(from + i) / length`: within the fit from 0 to 1, so that its coefficient is of the size of the values. */
function straightLine(from: number, count: number, length: number): number[] {
  return Array.from({ length: count }, (_, i) => (from + i) / length);
}

/** Deviations of noise of a variance, summed up `d` times and, where `season` is not 0, once across it. O(steps) */
function differenceDeviations(variance: number, d: number, season: number, steps: number): Float64Array {
  const weights = new Float64Array(steps);
  weights[0] = 1;
  if (season > 0) for (let t = season; t < steps; t++) weights[t] += weights[t - season];
  for (let i = 0; i < d; i++) for (let t = 1; t < steps; t++) weights[t] += weights[t - 1];
  let squares = 0;
  return weights.map((weight) => {
    squares += weight * weight;
    return Math.sqrt(variance * squares);
  });
}

function printedVariance(lines: readonly string[]): number {
  const line = lines.find((each) => each.startsWith('SIGMA^2'));
  return line === undefined ? Number.NaN : Number(line.replace('SIGMA^2', '').trim());
}
