/**
 * What a long training holds as its steps go by: the process as a whole, JavaScript’s heap, and what the engine keeps for its
 * callers. Meant for a process of its own with `--expose-gc`, because another’s memory cannot be told from it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Engine } from '@tessera/core/engine';
import { engineTimer } from './engine-timer.js';
import type { ReferenceConfig } from './reference-model.js';

/** All in bytes. */
export interface MemorySample {
  readonly step: number;
  /** Resident memory of the process, native and JavaScript. */
  readonly rss: number;
  readonly heap: number;
  /** Tensors that the engine has handed out and not got back. */
  readonly held: number;
}

export interface MemoryCurveOptions {
  readonly seed: number;
  readonly steps: number;
  /** Steps between samples. */
  readonly every: number;
  /** Gives back what nobody needs; native tensors are given back by finalizers, which run between tasks. */
  readonly collect: () => void;
}

/** One sample after each `every` steps of training. O(steps). */
export async function* memoryCurve(
  engine: Engine,
  config: ReferenceConfig,
  { seed, steps, every, collect }: MemoryCurveOptions,
): AsyncGenerator<MemorySample> {
  const timer = engineTimer(engine, config, seed);
  try {
    for (let step = every; step <= steps; step += every) {
      await timer.step(every);
      for (let round = 0; round < 3; round++) {
        collect();
        await wait(20);
      }
      const { rss, heapUsed } = process.memoryUsage();
      yield { step, rss, heap: heapUsed, held: engine.memory().bytes };
    }
  } finally {
    await timer.close();
  }
}

/** Growth in bytes a step: the slope of the line of least squares through the samples. */
export function growthPerStep(samples: readonly MemorySample[], of: 'rss' | 'heap' | 'held'): number {
  const count = samples.length;
  const meanStep = samples.reduce((sum, { step }) => sum + step, 0) / count;
  const meanBytes = samples.reduce((sum, each) => sum + each[of], 0) / count;
  const spread = samples.reduce((sum, { step }) => sum + (step - meanStep) ** 2, 0);
  return samples.reduce((sum, each) => sum + (each.step - meanStep) * (each[of] - meanBytes), 0) / spread;
}
