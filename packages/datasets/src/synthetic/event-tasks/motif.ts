/**
 * Motif: one of several short templates stands somewhere in the lookback; which one it is, times how large it is, decides
 * the future. Where it stands means nothing, and neither do templates of a second set that stand elsewhere. Templates
 * and responses belong to the task: they follow from its seed and are the same in every window.
 */
import { type Key, parseOptions, type RandomStream, randomKey } from '@tessera/core';
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import { freeSteps, placeSpans } from '../placement.js';
import { drawBetween, rangeSchema } from '../structures/sizes.js';
import { defineTask, mixture } from './define-task.js';
import { type EventDraw, type EventTask, taskShape } from './event-task.js';

const schema = z.strictObject({
  ...taskShape,
  /** Templates that decide, each with a response of its own. */
  classes: z.int().min(1).default(8),
  /** Steps of a template. */
  templateLength: z.int().min(2).default(12),
  /** What a template of root mean square 1 is multiplied by, or a range to draw it from; the response is multiplied too. */
  amplitude: rangeSchema.default([0.5, 1.5]),
  /** Root mean square of a response at amplitude 1. */
  answerSize: z.number().positive().default(1.25),
  /** Templates in the lookback that mean nothing. */
  distractors: z.int().nonnegative().default(4),
  /** Templates that distractors are drawn from. */
  distractorTemplates: z.int().min(1).default(8),
  /** Least number of steps between two templates. */
  minSpacing: z.int().nonnegative().default(0),
});

export type MotifOptions = z.input<typeof schema>;

export interface MotifDecision {
  readonly kind: 'motif';
  /** In `[0, classes)`. */
  readonly class: number;
  readonly amplitude: number;
}

export interface MotifTask extends EventTask<MotifDecision, Readonly<z.output<typeof schema>>> {
  /** One for each class, root mean square 1, shape `[templateLength]`. */
  readonly templates: readonly Float64Array[];
  readonly distractorTemplates: readonly Float64Array[];
  /** The answer of each class at amplitude 1, shape `[H]`. */
  readonly responses: readonly Float64Array[];
}

/**
 * Class times amplitude of one template decides the future.
 *
 * @throws TesseraError OPTIONS_INVALID, PLAN_IMPOSSIBLE
 */
export function motifTask(options: MotifOptions = {}): MotifTask {
  const resolved = parseOptions(schema, options, 'motifTask');
  const { lookback, horizon, classes, templateLength, amplitude, distractors, minSpacing } = resolved;
  const key = randomKey(resolved.seed);
  const templateStream = namedStream(key, 'templates');
  const bank = drawTemplates(templateStream, classes + resolved.distractorTemplates, templateLength);
  const [templates, distractorTemplates] = [bank.slice(0, classes), bank.slice(classes)];
  const responseStream = namedStream(key, 'responses');
  const responses = templates.map(() => drawResponse(responseStream, horizon, resolved.answerSize));
  const plan = {
    widths: new Array<number>(distractors + 1).fill(templateLength),
    gap: minSpacing,
    within: { start: 0, end: lookback },
    subject: 'motifTask options',
  };
  freeSteps(plan);

  function draw(window: Key): EventDraw<MotifDecision> {
    const spans = placeSpans(namedStream(window, 'positions'), plan);
    const choice = namedStream(window, 'deciding');
    const rank = choice.integer(0, spans.length);
    const decision = {
      kind: 'motif',
      class: choice.integer(0, classes),
      amplitude: drawBetween(choice, amplitude),
    } as const;
    const signalWithoutEvent = new Float64Array(lookback);
    const deciding = spans[rank];
    const distractions = spans.filter((span) => span !== deciding);
    const others = namedStream(window, 'distractors');
    for (const { start } of distractions) {
      const template = distractorTemplates[others.integer(0, distractorTemplates.length)];
      const size = drawBetween(others, amplitude);
      for (let k = 0; k < templateLength; k++) signalWithoutEvent[start + k] = size * template[k];
    }
    const signal = signalWithoutEvent.slice();
    for (let k = 0; k < templateLength; k++) {
      signal[deciding.start + k] = decision.amplitude * templates[decision.class][k];
    }
    const answer = responses[decision.class].map((value) => decision.amplitude * value);
    return { deciding, decision, distractions, signal, signalWithoutEvent, answer };
  }

  // Class c and amplitude a are independent: the answer has mean E[a] m and mean square E[a^2] (m^2 + v), where m and v
  // are mean and variance of the responses over the classes.
  const overClasses = mixture(responses, new Float64Array(classes).fill(1 / classes), horizon);
  const [low, high] = amplitude;
  const amplitudeMean = (low + high) / 2;
  const amplitudeSquare = (low ** 2 + low * high + high ** 2) / 3;
  const meanSquare = overClasses.mean.reduce((sum, value) => sum + value ** 2, 0) / horizon;
  const task = defineTask({
    name: 'motif',
    options: resolved,
    uninformedForecast: overClasses.mean.map((value) => amplitudeMean * value),
    answerVariance: amplitudeSquare * (meanSquare + overClasses.variance) - amplitudeMean ** 2 * meanSquare,
    draw,
  });
  return { ...task, templates, distractorTemplates, responses };
}

/** Candidates for each template, of which the least like the templates before it is taken. */
const candidates = 16;

/**
 * Templates of normal draws that differ from each other at every shift.
 *
 * Source: best-candidate sampling, Mitchell, Spectrally Optimal Sampling for Distribution Ray Tracing, SIGGRAPH 1991.
 */
function drawTemplates(stream: RandomStream, count: number, length: number): Float64Array[] {
  const templates: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    let best = drawTemplate(stream, length);
    let leastLikeness = likenessToAll(best, templates);
    for (let other = 1; other < candidates; other++) {
      const candidate = drawTemplate(stream, length);
      const likeness = likenessToAll(candidate, templates);
      if (likeness < leastLikeness) [best, leastLikeness] = [candidate, likeness];
    }
    templates.push(best);
  }
  return templates;
}

function drawTemplate(stream: RandomStream, length: number): Float64Array {
  return scaledTo(
    Float64Array.from({ length }, () => stream.normal()),
    1,
  );
}

function likenessToAll(candidate: Float64Array, templates: readonly Float64Array[]): number {
  return templates.reduce((most, template) => Math.max(most, likeness(candidate, template)), 0);
}

/** The largest correlation over all shifts, in absolute value; shifted-in steps are 0. */
function likeness(a: Float64Array, b: Float64Array): number {
  let most = 0;
  for (let shift = 1 - b.length; shift < a.length; shift++) {
    let sum = 0;
    for (let k = Math.max(0, shift); k < Math.min(a.length, b.length + shift); k++)
      sum += a[k] * b[k - shift];
    most = Math.max(most, Math.abs(sum) / a.length);
  }
  return most;
}

/** Four harmonics of the horizon with normal coefficients: smooth, and never flat. */
function drawResponse(stream: RandomStream, horizon: number, size: number): Float64Array {
  const response = new Float64Array(horizon);
  for (let k = 1; k <= 4; k++) {
    const [sine, cosine] = [stream.normal(), stream.normal()];
    for (let h = 0; h < horizon; h++) {
      const angle = (2 * Math.PI * k * h) / horizon;
      response[h] += sine * Math.sin(angle) + cosine * Math.cos(angle);
    }
  }
  return scaledTo(response, size);
}

/** The values times what gives them this root mean square. */
function scaledTo(values: Float64Array, size: number): Float64Array {
  const rms = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  return values.map((value) => (size * value) / rms);
}
