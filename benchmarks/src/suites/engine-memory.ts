/** The memory of thousands of training steps, sampled in a process of its own: flat is what it has to be. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseOptions, progressReporter } from '@tessera/core';
import { z } from 'zod';
import { growthPerStep, type MemorySample } from '../engine/memory-curve.js';
import { referenceConfigSchema } from '../engine/reference-model.js';
import type { Measurement, Suite } from '../runner/suite.js';

const settingsSchema = z.strictObject({
  engine: z.enum(['onnxruntime', 'wasm']),
  steps: z.int().min(1),
  /** Steps between samples. */
  every: z.int().min(1),
  /** Steps before growth is measured: a session fills its arena, code is compiled. */
  warm: z.int().min(0),
  model: referenceConfigSchema,
});

const sampleSchema = z.object({ step: z.int(), rss: z.number(), heap: z.number(), held: z.number() });
const program = fileURLToPath(new URL('../engine/memory-program.js', import.meta.url));
const bytesPerMebibyte = 2 ** 20;
export const memoryKinds = ['rss', 'heap', 'held'] as const;

export const engineMemory: Suite = {
  name: 'engine-memory',
  async run({ settings, seed, signal, onProgress }) {
    const { warm, ...given } = parseOptions(settingsSchema, settings, 'engine-memory settings');
    const child = spawn(process.execPath, ['--expose-gc', program, JSON.stringify({ ...given, seed })], {
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(signal === undefined ? {} : { signal }),
    });
    const report = progressReporter('engine-memory', Math.floor(given.steps / given.every), onProgress);
    const samples: MemorySample[] = [];
    const ended = once(child, 'close');
    for await (const line of createInterface({ input: child.stdout })) {
      samples.push(sampleSchema.parse(JSON.parse(line)));
      report();
    }
    const [code] = await ended;
    if (code !== 0) throw new Error(`the training process ended with ${code}`);
    return measurementsOf(samples, warm);
  },
};

/** The curve, and how fast it grows once warm. */
export function measurementsOf(samples: readonly MemorySample[], warm: number): Measurement[] {
  const settled = samples.filter(({ step }) => step >= warm);
  return memoryKinds.flatMap((kind) => [
    { metric: `${kind}-growth`, value: growthPerStep(settled, kind), unit: 'B/step' },
    { metric: `${kind}-end`, value: (samples.at(-1)?.[kind] ?? Number.NaN) / bytesPerMebibyte, unit: 'MiB' },
    ...samples.map((sample) => ({
      metric: `${kind}-at-${sample.step}`,
      value: sample[kind] / bytesPerMebibyte,
      unit: 'MiB',
    })),
  ]);
}
