/**
 * Echo and decoy: somewhere in the lookback one sample spikes, and the later it does, the later in the horizon an answer
 * comes. `decoy` hides the spike among larger, longer pulses that mean nothing.
 */
import { type Key, parseOptions } from '@tessera/core';
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import { freeSteps, type PlacementPlan, placeSpans, type Span } from '../placement.js';
import { drawBetween, rangeSchema } from '../structures/sizes.js';
import { defineTask, mixture } from './define-task.js';
import { type EventDraw, type EventTask, type TaskOptions, taskShape } from './event-task.js';

const echoShape = {
  ...taskShape,
  /** Height of the spike that decides, in the unit of the values. */
  spikeSize: z.number().positive().default(2),
  /** Height of the answer, a half sine. */
  answerSize: z.number().default(2),
  /** Steps of the answer. Default: a quarter of the horizon. */
  answerWidth: z.int().min(1).optional(),
};

const fitMessage = 'an answer that fits into the horizon';

function answerFits({
  answerWidth = 1,
  horizon,
}: {
  answerWidth?: number | undefined;
  horizon: number;
}): boolean {
  return answerWidth <= horizon;
}

function resolveWidth<Options extends { horizon: number; answerWidth?: number | undefined }>(
  options: Options,
) {
  const { answerWidth = Math.max(1, Math.floor(options.horizon / 4)) } = options;
  return { ...options, answerWidth };
}

const echoSchema = z.strictObject(echoShape).refine(answerFits, fitMessage).transform(resolveWidth);

const decoySchema = z
  .strictObject({
    ...echoShape,
    /** Pulses that mean nothing. */
    decoys: z.int().nonnegative().default(20),
    /** Height of a decoy, or a range to draw it from. */
    decoySize: rangeSchema.default([3, 5]),
    /** Steps of a decoy. */
    decoyWidth: z.int().min(2).default(4),
    /** Least number of steps between two pulses, the spike included. */
    minSpacing: z.int().min(1).default(2),
  })
  .refine(answerFits, fitMessage)
  .transform(resolveWidth);

export type EchoOptions = z.input<typeof echoSchema>;
export type DecoyOptions = z.input<typeof decoySchema>;

/** First step of the answer, counted from the start of the horizon. */
export interface EchoDecision {
  readonly kind: 'echo';
  readonly offset: number;
}

export type EchoTask = EventTask<EchoDecision, Readonly<z.output<typeof echoSchema>>>;
export type DecoyTask = EventTask<EchoDecision, Readonly<z.output<typeof decoySchema>>>;

/**
 * The answer’s time follows from a rare spike: a spike at step `s` of `L` is answered at step
 * `floor(s * (H - width + 1) / L)` of the horizon. The spike is equally likely at every step.
 *
 * @throws TesseraError OPTIONS_INVALID
 */
export function echoTask(options: EchoOptions = {}): EchoTask {
  const resolved = parseOptions(echoSchema, options, 'echoTask');
  const none = { decoys: 0, decoySize: [0, 0] as const, decoyWidth: 2, minSpacing: 1 };
  return pulseTask('echo', resolved, { ...resolved, ...none });
}

/**
 * Echo among larger pulses that mean nothing. All arrangements of the pulses are equally likely, and so is every rank of
 * the spike among them. `bayesForecast` is absent unless there are no decoys.
 *
 * @throws TesseraError OPTIONS_INVALID, PLAN_IMPOSSIBLE
 */
export function decoyTask(options: DecoyOptions = {}): DecoyTask {
  const resolved = parseOptions(decoySchema, options, 'decoyTask');
  return pulseTask('decoy', resolved, resolved);
}

function pulseTask<Options extends TaskOptions>(
  name: string,
  options: Options,
  pulses: z.output<typeof decoySchema>,
): EventTask<EchoDecision, Options> {
  const { lookback, horizon, answerWidth, noiseSd, spikeSize } = pulses;
  const offsets = horizon - answerWidth + 1;
  const offsetOf = (spike: number) => Math.floor((spike * offsets) / lookback);
  const answers = Array.from({ length: offsets }, (_, offset) => answerAt(offset, pulses));
  const spikeWeights = spikeDistribution(pulses);
  const toOffsets = (weights: Float64Array) => {
    const sums = new Float64Array(offsets);
    for (let s = 0; s < lookback; s++) sums[offsetOf(s)] += weights[s];
    return sums;
  };
  const { mean, variance } = mixture(answers, toOffsets(spikeWeights), horizon);
  const definition = {
    name,
    options,
    uninformedForecast: mean,
    answerVariance: variance,
    draw: (key: Key): EventDraw<EchoDecision> => {
      const { spike, decoys } = drawPulses(key, pulses);
      const signalWithoutEvent = new Float64Array(lookback);
      const sizes = namedStream(key, 'sizes');
      for (const { start, end } of decoys) {
        signalWithoutEvent.fill(drawBetween(sizes, pulses.decoySize), start, end);
      }
      const signal = signalWithoutEvent.slice();
      signal[spike.start] = spikeSize;
      const offset = offsetOf(spike.start);
      return {
        deciding: spike,
        decision: { kind: 'echo', offset },
        distractions: decoys,
        signal,
        signalWithoutEvent,
        answer: answers[offset].slice(),
      };
    },
  };
  if (pulses.decoys > 0) return defineTask(definition);
  const posterior = (seen: Float64Array) => spikePosterior(seen, spikeSize, noiseSd);
  return defineTask({
    ...definition,
    bayesForecast: (seen) => mixture(answers, toOffsets(posterior(seen)), horizon).mean,
  });
}

function answerAt(
  offset: number,
  { horizon, answerWidth, answerSize }: { horizon: number; answerWidth: number; answerSize: number },
): Float64Array {
  const answer = new Float64Array(horizon);
  for (let k = 0; k < answerWidth; k++) {
    answer[offset + k] = answerSize * Math.sin((Math.PI * (k + 0.5)) / answerWidth);
  }
  return answer;
}

interface PulsePlan {
  readonly lookback: number;
  readonly decoys: number;
  readonly decoyWidth: number;
  readonly minSpacing: number;
}

/** The pulses of a window, where the spike has this rank among them. */
function arrangement({ lookback, decoys, decoyWidth, minSpacing }: PulsePlan, rank: number): PlacementPlan {
  return {
    widths: Array.from({ length: decoys + 1 }, (_, i) => (i === rank ? 1 : decoyWidth)),
    gap: minSpacing,
    within: { start: 0, end: lookback },
    subject: 'decoyTask options',
  };
}

function drawPulses(key: Key, plan: PulsePlan): { spike: Span; decoys: Span[] } {
  const rank = namedStream(key, 'rank').integer(0, plan.decoys + 1);
  const spans = placeSpans(namedStream(key, 'positions'), arrangement(plan, rank));
  return { spike: spans[rank], decoys: spans.filter((_, i) => i !== rank) };
}

/**
 * The probability of each step to hold the spike, shape `[L]`. With F free steps and K decoys there are
 * `(F + K + 1 over K + 1)` arrangements; `(c + r over r) * (F - c + K - r over K - r)` of them have c free steps and r
 * decoys before the spike.
 */
function spikeDistribution(plan: PulsePlan): Float64Array {
  const { lookback, decoys, decoyWidth, minSpacing } = plan;
  const free = freeSteps(arrangement(plan, 0));
  const probability = new Float64Array(lookback);
  const logFactorial = new Float64Array(lookback + decoys + 2);
  for (let n = 2; n < logFactorial.length; n++) logFactorial[n] = logFactorial[n - 1] + Math.log(n);
  const logChoose = (n: number, k: number) => logFactorial[n] - logFactorial[k] - logFactorial[n - k];
  for (let rank = 0; rank <= decoys; rank++) {
    for (let before = 0; before <= free; before++) {
      const left = logChoose(before + rank, rank);
      const right = logChoose(free - before + decoys - rank, decoys - rank);
      const share = Math.exp(left + right - logChoose(free + decoys + 1, decoys + 1)) / (decoys + 1);
      probability[before + rank * (decoyWidth + minSpacing)] += share;
    }
  }
  return probability;
}

/** The probability of each step to hold the spike, given what is seen; uniform before, white normal noise. */
function spikePosterior(seen: Float64Array, spikeSize: number, noiseSd: number): Float64Array {
  // log N(x - A) - log N(x) = A x / sd^2 + a constant.
  const logOdds = seen.map((value) => (spikeSize * value) / noiseSd ** 2);
  const largest = logOdds.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const weights = logOdds.map((value) => Math.exp(value - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
