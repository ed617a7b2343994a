/**
 * Last change: the lookback steps between a high and a low side, and only the last of its change points matters. The
 * series goes on at its last level and then returns to the level before; the later the change came, the later it
 * returns. The last samples show the level but not the time.
 */
import { type Key, parseOptions } from '@tessera/core';
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import { freeSteps, placeSpans } from '../placement.js';
import { drawBetween, rangeSchema } from '../structures/sizes.js';
import { defineTask } from './define-task.js';
import { type EventDraw, type EventTask, taskShape } from './event-task.js';

const schema = z
  .strictObject({
    ...taskShape,
    /** Change points in the lookback; the last lies in its second half, the others in the first. */
    changes: z.int().min(1).default(4),
    /** Distance of a level from 0, or a range to draw it from; the sides take turns. */
    level: rangeSchema.refine(([low]) => low >= 0, 'no negative level').default([0.5, 1.5]),
    /** Shortest segment, in steps. Default: one 32nd of the lookback. */
    minSegment: z.int().min(1).optional(),
  })
  .transform((options) => {
    const { minSegment = Math.max(1, Math.floor(options.lookback / 32)) } = options;
    return { ...options, minSegment };
  });

export type LastChangeOptions = z.input<typeof schema>;

export interface LastChangeDecision {
  readonly kind: 'last-change';
  /** First step of the horizon at which the level is back. */
  readonly offset: number;
  /** Level before the last change, and from `offset` on. */
  readonly before: number;
  /** Level after the last change, until `offset`. */
  readonly after: number;
}

export type LastChangeTask = EventTask<LastChangeDecision, Readonly<z.output<typeof schema>>>;

/**
 * The time of the last change decides when the level before it returns: of the P places it may have, all equally likely,
 * place `i` gives step `floor(i * H / P)` of the horizon. The deciding event is the first step of the last segment.
 *
 * @throws TesseraError OPTIONS_INVALID, PLAN_IMPOSSIBLE
 */
export function lastChangeTask(options: LastChangeOptions = {}): LastChangeTask {
  const resolved = parseOptions(schema, options, 'lastChangeTask');
  const { lookback, horizon, changes, level, minSegment } = resolved;
  const half = Math.floor(lookback / 2);
  const subject = 'lastChangeTask options';
  const lastPlan = {
    widths: [1],
    gap: 0,
    within: { start: Math.max(half, minSegment), end: lookback - minSegment + 1 },
    subject,
  };
  const earlierPlan = {
    widths: new Array<number>(changes - 1).fill(1),
    gap: minSegment - 1,
    within: { start: minSegment, end: half - minSegment + 1 },
    subject,
  };
  const places = freeSteps(lastPlan) + 1;
  freeSteps(earlierPlan);

  function draw(key: Key): EventDraw<LastChangeDecision> {
    const [last] = placeSpans(namedStream(key, 'last'), lastPlan);
    const starts = placeSpans(namedStream(key, 'earlier'), earlierPlan).map(({ start }) => start);
    const levels = namedStream(key, 'levels');
    let side = levels.uniform() < 0.5 ? 1 : -1;
    const signalWithoutEvent = new Float64Array(lookback);
    let before = 0;
    for (const start of [0, ...starts]) {
      before = side * drawBetween(levels, level);
      signalWithoutEvent.fill(before, start);
      side = -side;
    }
    const after = side * drawBetween(levels, level);
    const signal = signalWithoutEvent.slice().fill(after, last.start);
    const offset = Math.floor(((last.start - lastPlan.within.start) * horizon) / places);
    return {
      deciding: { start: last.start, end: last.start + 1 },
      decision: { kind: 'last-change', offset, before, after },
      distractions: starts.map((start) => ({ start, end: start + 1 })),
      signal,
      signalWithoutEvent,
      answer: new Float64Array(horizon).fill(after).fill(before, offset),
    };
  }

  // Both sides come first equally often, so each step of the answer has mean 0 and the mean square of a level.
  const [low, high] = level;
  return defineTask({
    name: 'last-change',
    options: resolved,
    uninformedForecast: new Float64Array(horizon),
    answerVariance: (low ** 2 + low * high + high ** 2) / 3,
    draw,
  });
}
