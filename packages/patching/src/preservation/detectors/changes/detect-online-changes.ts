/**
 * Changes as they are told while the values come in: Bayesian online change-point detection with a normal model of unknown mean and
 * variance per run. A change is told with a delay, and later values may correct or withdraw it. Only the z-scores look ahead.
 *
 * Source: Adams and MacKay, Bayesian Online Changepoint Detection (2007), arXiv:0710.3742.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Detection } from '../../structures/detection.js';
import { detectionOfChanges, type FoundChange } from './change-detection.js';
import { RunLengths } from './run-lengths.js';
import { zScores } from './z-scores.js';

const optionsSchema = z.strictObject({
  /** Chance of a change at each value. Default 1/100. */
  hazard: z
    .number()
    .gt(0)
    .lt(1)
    .default(1 / 100),
  /** How likely it must be that the run in force has ended. Default 1/2. */
  threshold: z
    .number()
    .gt(0)
    .lt(1)
    .default(1 / 2),
  /** Starts closer than this count as one. Default 3 values. */
  minSize: z.int().min(1).default(3),
  /** Starts less likely than this are forgotten. Default 1e-4. */
  forget: z.number().min(0).max(0.01).default(1e-4),
  /** Most starts believed in at a time. Default 1,000. */
  maxRuns: z.int().min(2).default(1_000),
});

export type OnlineChangeOptions = z.input<typeof optionsSchema>;
type Resolved = z.output<typeof optionsSchema>;

/**
 * The changes of mean or variance in one channel, as `mean-change`. O(n) times the starts believed in, tens where changes come and hundreds where none does.
 *
 * The statistic is the probability, when the change was told, that the run before it had ended. Details: `delay` (observed values from the
 * change to when it was told), `gap`. There is no p-value.
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectOnlineChanges(
  channel: string,
  values: Float64Array,
  options: OnlineChangeOptions = {},
): Detection {
  const resolved = parseOptions(optionsSchema, options, 'detectOnlineChanges');
  return detectionOfChanges({
    detector: 'online-changes',
    kind: 'mean-change',
    channel,
    values,
    options: resolved,
    leastValues: 2 * resolved.minSize,
    find: (observed) => findRuns(observed, resolved),
  });
}

function findRuns(observed: Float64Array, options: Resolved): FoundChange[] {
  const known = zScores(observed);
  if (known === undefined) return [];
  const runs = new RunLengths(observed.length, options);
  const told: FoundChange[] = [];
  for (let i = 0; i < observed.length; i++) {
    runs.observe(known.scores[i]);
    const inForce = told.at(-1)?.at ?? 0;
    const ended = 1 - chanceNear(runs, inForce, options.minSize);
    if (ended < options.threshold) continue;
    const start = likeliestStart(runs);
    while (told.length > 0 && (told.at(-1)?.at ?? 0) > start - options.minSize) told.pop();
    if (start < options.minSize) continue;
    told.push({
      at: start,
      statistic: ended,
      threshold: options.threshold,
      scale: 1,
      pValue: Number.NaN,
      details: { delay: i - start },
    });
  }
  return told;
}

/** Probability that the run began less than `reach` from `start`. */
function chanceNear({ starts, chances, count }: RunLengths, start: number, reach: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) if (Math.abs(starts[k] - start) < reach) sum += chances[k];
  return sum;
}

function likeliestStart({ starts, chances, count }: RunLengths): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (chances[k] > chances[best]) best = k;
  return starts[best];
}
