/**
 * Stan’s optimiser for Prophet, made repeatable. The Rust side keeps seasons in a hash map, so that the columns of a fit
 * come in an order that changes from call to call, and with it every rounding; here they are sorted before and put back
 * after. It also writes to the process’s output when it fails, which is held back and becomes the error.
 */
import type { loadProphet } from './augurs.js';

type Optimizer = Awaited<ReturnType<typeof loadProphet>>['optimizer'];
type Initial = Parameters<Optimizer['optimize']>[0];
type Settings = Parameters<Optimizer['optimize']>[2];

/** What uncertainty is simulated from; on Prophet’s scale, where time is 1 over the history and values are at most 1. */
export interface ProphetParams {
  /** Changes of the trend’s rate at the changepoints. */
  readonly delta: Float64Array;
  /** Standard deviation of the noise. */
  readonly sigma: number;
}

/** The part of Stan’s data that has columns, shape `[T, K]` for X and `[K]` for the rest. */
interface Columns {
  readonly X: readonly (readonly number[])[];
  readonly s_a: readonly number[];
  readonly s_m: readonly number[];
  readonly sigmas: readonly number[];
}

/**
 * The prior of the rate changes has its kink where they begin, at 0, from where a quasi-Newton step may find no descent.
 * They begin this far off it, with alternating signs; a thousandth of what such changes come to.
 */
const nudge = 1e-4;

/** An optimiser to hand to Prophet, and the parameters that it found last. */
export function repeatableOptimizer(inner: Optimizer): {
  readonly optimizer: {
    optimize(initial: Initial, data: string, settings: Settings): ReturnType<Optimizer['optimize']>;
  };
  readonly params: () => ProphetParams | undefined;
} {
  let found: ProphetParams | undefined;
  const optimize = (initial: Initial, data: string, settings: Settings) => {
    const stan: Columns = JSON.parse(data);
    const order = columnOrder(stan);
    const sorted = {
      ...stan,
      X: stan.X.map((row) => order.map((column) => row[column])),
      s_a: order.map((column) => stan.s_a[column]),
      s_m: order.map((column) => stan.s_m[column]),
      sigmas: order.map((column) => stan.sigmas[column]),
    };
    const begin = {
      ...initial,
      delta: initial.delta.map((value, i) => value + (i % 2 === 0 ? nudge : -nudge)),
      beta: Float64Array.from(order, (column) => initial.beta[column]),
    };
    const output = withoutOutput(() => inner.optimize(begin, JSON.stringify(sorted), settings));
    const beta = new Float64Array(order.length);
    order.forEach((column, place) => {
      beta[column] = output.params.beta[place];
    });
    found = { delta: Float64Array.from(output.params.delta), sigma: output.params.sigmaObs };
    return { ...output, params: { ...output.params, beta } };
  };
  return { optimizer: { optimize }, params: () => found };
}

/** Columns by their values, row by row; columns that are equal throughout may stand in any order. */
function columnOrder({ X }: Columns): number[] {
  return Array.from(X[0], (_, column) => column).sort((a, b) => {
    const row = X.findIndex((values) => values[a] !== values[b]);
    return row < 0 ? 0 : X[row][a] - X[row][b];
  });
}

/** Runs synchronous work while nothing is written to this thread’s output. What was written is added to an error. */
function withoutOutput<Result>(work: () => Result): Result {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  let written = '';
  for (const stream of streams) {
    stream.write = (chunk: unknown) => {
      written += typeof chunk === 'string' ? chunk : '';
      return true;
    };
  }
  try {
    return work();
  } catch (error) {
    throw new Error(`the optimiser failed: ${firstLine(error)} ${written}`.trim(), { cause: error });
  } finally {
    streams.forEach((stream, i) => {
      stream.write = writes[i];
    });
  }
}

function firstLine(error: unknown): string {
  return String(error)
    .replaceAll(/\s*\n\s*/g, ' ')
    .slice(0, 200);
}
