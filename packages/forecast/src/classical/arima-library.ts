/**
 * One fit by the npm package `arima` (the C library ctsa in WebAssembly). Its parts are loaded from inside the package,
 * because only so its output can be kept from the console and read: the fit’s variance is told nowhere else. Every
 * instance has a memory of its own, which is freed with it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { accumulatedDeviations, applyDifferences, continueDifferences } from './difference-model.js';

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
  /** Whether the model is stationary and invertible, with the margin of the forecast package of R. */
  readonly isStable: boolean;
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
  return (values, modelOrders, method, steps) => {
    const { season, line, ...orders } = modelOrders;
    if (orders.p + orders.q + orders.P + orders.Q === 0) {
      return fitDifferences(Float64Array.from(values), modelOrders, steps);
    }
    printed = [];
    const model = new Arima({ ...orders, s: season, method: methodNumbers[method], verbose: true });
    try {
      model.train(values, line ? straightLine(0, values.length, values.length) : []);
      const ahead = line ? straightLine(values.length, steps, values.length) : [];
      const [point, variances] = model.predict(steps, ahead);
      return {
        variance: printedNumbers(printed, /^SIGMA\^2/)[0] ?? Number.NaN,
        isStable: [/^AR\d/, /^MA\d/, /^SAR\d/, /^SMA\d/].every((name) =>
          rootsLieOutside(printedNumbers(printed, name)),
        ),
        point: Float64Array.from(point),
        deviation: Float64Array.from(variances, Math.sqrt),
      };
    } finally {
      model.destroy();
    }
  };
}

/** `(from + i) / length`: within the fit from 0 to 1, so that its coefficient is of the size of the values. */
function straightLine(from: number, count: number, length: number): number[] {
  return Array.from({ length: count }, (_, i) => (from + i) / length);
}

/** A model of differences alone: their mean, where the model has one, and the noise around it. */
function fitDifferences(values: Float64Array, orders: ArimaOrders, steps: number): ArimaFit {
  const rest = applyDifferences(values, orders);
  const hasMean = orders.line || orders.d + orders.D === 0;
  const mean = hasMean ? rest.reduce((sum, value) => sum + value / rest.length, 0) : 0;
  const variance = rest.reduce((sum, value) => sum + (value - mean) ** 2 / rest.length, 0);
  return {
    variance,
    isStable: true,
    point: continueDifferences(values, mean, orders, steps),
    deviation: accumulatedDeviations(variance, orders, steps),
  };
}

/** The first number of every line that begins with a name. */
function printedNumbers(lines: readonly string[], name: RegExp): number[] {
  return lines.filter((line) => name.test(line)).map((line) => Number(line.trim().split(/\s+/)[1]));
}

/** Nearer to the unit circle, estimates cannot be trusted (Hyndman and Khandakar, section 3.2). */
const margin = 1.001;

/**
 * Whether all roots of `1 - c[0] B - c[1] B^2 - …` lie outside the circle of radius 1.001, by the step-down recursion of
 * Levinson and Durbin: exactly then all partial correlations are smaller than 1. O(n^2)
 */
export function rootsLieOutside(coefficients: readonly number[]): boolean {
  let current = coefficients.map((coefficient, i) => coefficient * margin ** (i + 1));
  while (current.length > 0) {
    const last = current[current.length - 1];
    if (!(Math.abs(last) < 1)) return false;
    const shorter = current.slice(0, -1);
    current = shorter.map(
      (coefficient, i) => (coefficient + last * shorter[shorter.length - 1 - i]) / (1 - last * last),
    );
  }
  return true;
}
