/**
 * Forecasters that read the deciding event from the lookback alone, each by the simplest rule that finds it. They know the
 * task’s documentation and nothing of its truth; the floors are held against what they reach.
 */
import type { EventDecision, EventTask, MotifTask } from '../../../src/synthetic/index.js';
import { mean } from '../statistics.js';

export type Reader = (lookback: Float64Array) => Float64Array;

/** The answer to a spike at a step, by the formula in the documentation of `echoTask`. */
export function echoAnswer(
  spike: number,
  options: { lookback: number; horizon: number; answerWidth: number; answerSize: number },
): Float64Array {
  const { lookback, horizon, answerWidth, answerSize } = options;
  const offset = Math.floor((spike * (horizon - answerWidth + 1)) / lookback);
  return Float64Array.from({ length: horizon }, (_, h) => {
    const k = h - offset;
    return k < 0 || k >= answerWidth ? 0 : answerSize * Math.sin((Math.PI * (k + 0.5)) / answerWidth);
  });
}

/** The step that rises most above both its neighbours: a spike of one sample does, a longer pulse does not. */
export function loneliestStep(lookback: Float64Array): number {
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < lookback.length; t++) {
    const left = t === 0 ? 0 : lookback[t - 1];
    const right = t === lookback.length - 1 ? 0 : lookback[t + 1];
    const rise = lookback[t] - Math.max(left, right);
    if (rise > highest) [best, highest] = [t, rise];
  }
  return best;
}

/** Matching pursuit over both sets of templates; of those that decide, the one that explains most answers. */
export function motifReader({ options, templates, distractorTemplates, responses }: MotifTask): Reader {
  const { templateLength: length, lookback: L, distractors, classes } = options;
  const bank = [...templates, ...distractorTemplates];
  return (lookback) => {
    const rest = lookback.slice();
    let found = { explained: 0, class: 0, amplitude: 0 };
    for (let round = 0; round <= distractors; round++) {
      let best = { explained: 0, start: 0, template: 0, amplitude: 0 };
      for (let start = 0; start + length <= L; start++) {
        bank.forEach((values, template) => {
          let product = 0;
          for (let k = 0; k < length; k++) product += rest[start + k] * values[k];
          const explained = product > 0 ? product ** 2 / length : 0;
          if (explained > best.explained) best = { explained, start, template, amplitude: product / length };
        });
      }
      for (let k = 0; k < length; k++) rest[best.start + k] -= best.amplitude * bank[best.template][k];
      if (best.template < classes && best.explained > found.explained) {
        found = { explained: best.explained, class: best.template, amplitude: best.amplitude };
      }
    }
    return responses[found.class].map((value) => found.amplitude * value);
  };
}

/** The step of the second half after which the last samples’ side has the largest sum, and the levels around it. */
export function lastChangeReader(options: { lookback: number; horizon: number; minSegment: number }): Reader {
  const { lookback: L, horizon, minSegment } = options;
  const first = Math.max(Math.floor(L / 2), minSegment);
  const places = L - minSegment + 1 - first;
  return (lookback) => {
    const side = Math.sign(mean(lookback.subarray(L - minSegment)));
    let [sum, highest, change] = [0, Number.NEGATIVE_INFINITY, first];
    for (let t = L - 1; t >= first; t--) {
      sum += side * lookback[t];
      if (t <= L - minSegment && sum > highest) [highest, change] = [sum, t];
    }
    const offset = Math.floor(((change - first) * horizon) / places);
    const [before, after] = [
      mean(lookback.subarray(change - minSegment, change)),
      mean(lookback.subarray(change)),
    ];
    return new Float64Array(horizon).fill(after).fill(before, offset);
  };
}

/** Sines of known periods, fitted by least squares one at a time until they settle. */
export function seasonalReader(options: {
  lookback: number;
  horizon: number;
  periods: readonly number[];
}): Reader {
  const { lookback: L, horizon, periods } = options;
  const waves = periods.flatMap((period) => [
    (t: number) => Math.sin((2 * Math.PI * t) / period),
    (t: number) => Math.cos((2 * Math.PI * t) / period),
  ]);
  return (lookback) => {
    const rest = lookback.slice();
    const weights = waves.map(() => 0);
    for (let pass = 0; pass < 20; pass++) {
      waves.forEach((wave, w) => {
        const values = Float64Array.from({ length: L }, (_, t) => wave(t));
        const change = mean(values.map((v, t) => v * rest[t])) / mean(values.map((v) => v * v));
        weights[w] += change;
        for (let t = 0; t < L; t++) rest[t] -= change * values[t];
      });
    }
    return Float64Array.from({ length: horizon }, (_, h) =>
      waves.reduce((sum, wave, w) => sum + weights[w] * wave(L + h), 0),
    );
  };
}

/** What a reader’s forecasts cost over some windows, from lookbacks that a test may change first. */
export function readerError(
  task: EventTask<EventDecision>,
  reader: Reader,
  count: number,
  lookbackOf: (index: number) => Float64Array = (index) => task.window(index).lookback,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const forecast = reader(lookbackOf(i));
    sum += mean(task.window(i).future.map((value, h) => (value - forecast[h]) ** 2));
  }
  return sum / count;
}
