/**
 * Our engine against others on one model: single training steps and single inferences, taken in turns within one run, because
 * these machines are noisy and only ratios of neighbours mean something.
 */
import { availableParallelism } from 'node:os';
import { parseOptions } from '@tessera/core';
import { openEngine } from '@tessera/core/engine';
import { z } from 'zod';
import { engineTimer, type ReferenceTimer } from '../engine/engine-timer.js';
import { jaxTimer, pytorchTimer, stockTfjsTimer } from '../engine/peer-timer.js';
import { referenceConfigSchema } from '../engine/reference-model.js';
import type { Measurement, Suite, Unavailable } from '../runner/suite.js';

const settingsSchema = z.strictObject({
  /** `stock-wasm`: TensorFlow.js as it comes; `jax-js`: on its wasm backend; `wasm` and `cpu`: our models on its backends. */
  opponent: z.enum(['pytorch', 'stock-wasm', 'jax-js', 'wasm', 'cpu']),
  work: z.enum(['step', 'inference']),
  /** Windows of one inference. */
  inferenceBatch: z.int().min(1),
  threads: z.union([z.literal('all'), z.int().min(1)]),
  /** Turns, each of `ours` of our timings and `theirs` of the opponent’s. */
  turns: z.int().min(1),
  ours: z.int().min(1),
  theirs: z.int().min(1),
  /** Timings thrown away at the start, of each. */
  warmup: z.int().min(0),
  model: referenceConfigSchema,
});
type Settings = z.output<typeof settingsSchema>;

const millisecondsPerSecond = 1000;
/** As metrics name them. */
const peerNames: Readonly<Record<Settings['opponent'], string>> = {
  pytorch: 'pytorch',
  'stock-wasm': 'tfjs_wasm',
  'jax-js': 'jax_js',
  wasm: 'our_wasm',
  cpu: 'our_cpu',
};

export const engineSuite: Suite = {
  name: 'engine',
  async run({ settings, seed, signal }) {
    const given = parseOptions(settingsSchema, settings, 'engine settings');
    const threads = given.threads === 'all' ? availableParallelism() : given.threads;
    const opponent = await openOpponent(given, seed, threads);
    if (typeof opponent === 'string')
      return { unavailable: `${given.opponent} cannot be asked: ${opponent}` };
    const ours = engineTimer(await openEngine('onnxruntime', { threads }), given.model, seed);
    try {
      return await compare(ours, opponent, given, threads, signal);
    } finally {
      await ours.close();
      await opponent.close();
    }
  },
};

async function openOpponent(
  { opponent, model }: Settings,
  seed: number,
  threads: number,
): Promise<ReferenceTimer | string> {
  if (opponent === 'pytorch') return pytorchTimer(model, { seed, threads });
  if (opponent === 'stock-wasm') return stockTfjsTimer(model, { seed, threads });
  if (opponent === 'jax-js') return jaxTimer(model, { seed, threads });
  return engineTimer(await openEngine(opponent), model, seed);
}

async function compare(
  ours: ReferenceTimer,
  theirs: ReferenceTimer,
  settings: Settings,
  threads: number,
  signal: AbortSignal | undefined,
): Promise<readonly Measurement[] | Unavailable> {
  if (ours.parameters !== theirs.parameters) {
    throw new Error(`the models differ: ${ours.parameters} and ${theirs.parameters} parameters`);
  }
  const { work, inferenceBatch, turns, warmup } = settings;
  const time = (timer: ReferenceTimer, count: number) =>
    work === 'step' ? timer.step(count) : timer.infer(inferenceBatch, count);
  await time(ours, warmup);
  await time(theirs, warmup);
  const mine: number[] = [];
  const other: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    signal?.throwIfAborted();
    mine.push(...(await time(ours, settings.ours)));
    other.push(...(await time(theirs, settings.theirs)));
  }
  const what = work === 'step' ? 'train_step' : 'inference';
  const peer = peerNames[settings.opponent];
  const isOneCore = settings.threads === 1;
  return [
    {
      metric: `${what}_ratio_to_${peer}${isOneCore ? '' : '_all_cores'}`,
      value: median(mine) / median(other),
      unit: 'ratio',
    },
    { metric: 'ours', value: median(mine) * millisecondsPerSecond, unit: 'ms' },
    { metric: 'theirs', value: median(other) * millisecondsPerSecond, unit: 'ms' },
    { metric: 'threads', value: threads, unit: 'threads' },
    { metric: 'timings', value: mine.length + other.length, unit: 'timings' },
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
