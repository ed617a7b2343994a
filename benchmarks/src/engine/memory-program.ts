/** A process that trains and prints one line per sample of its memory. Arguments: one JSON object of the settings. */
import { openEngine } from '@tessera/core/engine';
import { z } from 'zod';
import { memoryCurve } from './memory-curve.js';
import { referenceConfigSchema } from './reference-model.js';

const settings = z
  .strictObject({
    engine: z.enum(['onnxruntime', 'wasm']),
    seed: z.int(),
    steps: z.int(),
    every: z.int(),
    model: referenceConfigSchema,
  })
  .parse(JSON.parse(process.argv[2]));
const { gc } = globalThis;
if (gc === undefined) throw new Error('run node with --expose-gc');
const engine = await openEngine(settings.engine);
for await (const sample of memoryCurve(engine, settings.model, { ...settings, collect: () => gc() })) {
  process.stdout.write(`${JSON.stringify(sample)}\n`);
}
