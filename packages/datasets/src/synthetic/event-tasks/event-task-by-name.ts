/** Event tasks by name, for benchmarks whose tasks are data. */
import { TesseraError } from '@tessera/core';
import { type NoiseDecision, noiseTask, type SeasonalDecision, seasonalTask } from './control-tasks.js';
import { decoyTask, type EchoDecision, echoTask } from './echo.js';
import type { EventTask } from './event-task.js';
import { type LastChangeDecision, lastChangeTask } from './last-change.js';
import { type MotifDecision, motifTask } from './motif.js';

export type EventDecision =
  | EchoDecision
  | MotifDecision
  | LastChangeDecision
  | SeasonalDecision
  | NoiseDecision;

export const eventTaskNames = ['echo', 'decoy', 'motif', 'last-change', 'seasonal', 'noise'] as const;
export type EventTaskName = (typeof eventTaskNames)[number];

/**
 * The task of that name.
 *
 * @param name one of `eventTaskNames`
 * @param options those of the task; default none
 * @throws TesseraError DATASET_UNKNOWN, OPTIONS_INVALID, PLAN_IMPOSSIBLE
 */
export function eventTaskByName(
  name: string,
  options: Readonly<Record<string, unknown>> = {},
): EventTask<EventDecision> {
  const builder = builders.get(name);
  if (builder !== undefined) return builder(options);
  throw new TesseraError({
    code: 'DATASET_UNKNOWN',
    argument: 'event task',
    expected: `one of ${eventTaskNames.join(', ')}`,
    found: `"${name}"`,
    wayOut: 'Use one of these names',
  });
}

type Builder = (options: Readonly<Record<string, unknown>>) => EventTask<EventDecision>;

const byName: Readonly<Record<EventTaskName, Builder>> = {
  echo: echoTask,
  decoy: decoyTask,
  motif: motifTask,
  'last-change': lastChangeTask,
  seasonal: seasonalTask,
  noise: noiseTask,
};
const builders = new Map<string, Builder>(Object.entries(byName));
