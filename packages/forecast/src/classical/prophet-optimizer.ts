/**
 * Stan’s optimiser for Prophet, made repeatable. The Rust side keeps seasons in a hash map, so that the columns of a fit
 * come in an order that changes from call to call, and with it every rounding; here they are sorted before and put back
 * after. Where it finds no descent it begins again once. What it writes to the process’s output then is held back and
 * becomes part of the error.
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

/** Noise on Prophet’s scale to begin with where no descent was found from its own start, which is 1. */
const secondSigma = 0.3;

export interface RepeatableOptimizer {
  /** To hand to Prophet. */
  readonly optimizer: {
    optimize(initial: Initial, data: string, settings: Settings): ReturnType<Optimizer['optimize']>;
  };
  /** What it found last; undefined where it found nothing. */
  params(): ProphetParams | undefined;
  /** Whether it had to begin again from another start. */
  hasRestarted(): boolean;
  /** Why it found nothing; Prophet’s own error repeats it with a stack of addresses. */
  failure(): Error | undefined;
}

/** The optimiser of one fit. */
export function repeatableOptimizer(inner: Optimizer): RepeatableOptimizer {
  let found: ProphetParams | undefined;
  let failure: Error | undefined;
  let hasRestarted = false;
  const attempt = (initial: Initial, data: string, settings: Settings) =>
    withoutOutput(() => inner.optimize(initial, data, settings));
  const optimize = (initial: Initial, data: string, settings: Settings) => {
    const stan: Columns = JSON.parse(data);
    const order = columnOrder(stan);
    const sorted = JSON.stringify({
      ...stan,
      X: stan.X.map((row) => order.map((column) => row[column])),
      s_a: order.map((column) => stan.s_a[column]),
      s_m: order.map((column) => stan.s_m[column]),
      sigmas: order.map((column) => stan.sigmas[column]),
    });
    const begin = {
      ...initial,
      delta: initial.delta.map((value, i) => value + (i % 2 === 0 ? nudge : -nudge)),
      beta: Float64Array.from(order, (column) => initial.beta[column]),
    };
    let output = attempt(begin, sorted, settings);
    if (output instanceof Error) {
      hasRestarted = true;
      output = attempt({ ...begin, sigmaObs: secondSigma }, sorted, settings);
    }
    if (output instanceof Error) {
      failure = output;
      throw output;
    }
    const { params } = output;
    const beta = new Float64Array(order.length);
    order.forEach((column, place) => {
      beta[column] = params.beta[place];
    });
    found = { delta: Float64Array.from(params.delta), sigma: params.sigmaObs };
    return { ...output, params: { ...params, beta } };
  };
  return {
    optimizer: { optimize },
    params: () => found,
    hasRestarted: () => hasRestarted,
    failure: () => failure,
  };
}

/** Columns by their values, row by row; columns that are equal throughout may stand in any order. */
function columnOrder({ X }: Columns): number[] {
  return Array.from(X[0], (_, column) => column).sort((a, b) => {
    const row = X.findIndex((values) => values[a] !== values[b]);
    return row < 0 ? 0 : X[row][a] - X[row][b];
  });
}

/** Runs synchronous work while nothing is written to this thread’s output; what was written becomes part of an error. */
function withoutOutput<Result>(work: () => Result): Result | Error {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  const written: string[] = [];
  for (const stream of streams) {
    stream.write = (chunk: unknown) => {
      if (typeof chunk === 'string') written.push(chunk);
      return true;
    };
  }
  try {
    return work();
  } catch (cause) {
    const lines = [String(cause), ...written]
      .join('\n')
      .split('\n')
      .map((line) => line.trim());
    return new Error(`Prophet’s optimiser failed: ${lines.filter((line) => line !== '').join(' ')}`, {
      cause,
    });
  } finally {
    streams.forEach((stream, i) => {
      stream.write = writes[i];
    });
  }
}
