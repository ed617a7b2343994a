/**
 * TensorFlow’s native library through `@tensorflow/tfjs-node` or, with CUDA, `@tensorflow/tfjs-node-gpu`. Both download a
 * binary when they are installed, so they are optional and looked for only when asked for.
 */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import nodeUtil from 'node:util';
import { findBackend, setBackend } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { TesseraError } from '../../errors/tessera-error.js';
import type { Engine } from '../engine.js';
import { tfjsEngine } from './tfjs-engine.js';

const packages = {
  tensorflow: '@tensorflow/tfjs-node',
  'tensorflow-gpu': '@tensorflow/tfjs-node-gpu',
} as const;

const packageSchema = z.object({ name: z.string() });

/** @throws TesseraError ENGINE_UNAVAILABLE where the package or its native part is missing */
export async function openTensorflow(name: keyof typeof packages, reason: string): Promise<Engine> {
  const packageName = packages[name];
  repairNodeUtil();
  try {
    const load = createRequire(import.meta.url);
    // Another package may stand under this name; loading it would change what tfjs has registered, and help nobody.
    const { name: found } = packageSchema.parse(load(`${packageName}/package.json`));
    if (found !== packageName) throw new Error(`${found} stands in its place`);
    load(packageName);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
    throw new TesseraError({
      code: 'ENGINE_UNAVAILABLE',
      argument: `engine "${name}"`,
      expected: `the package ${packageName} with its native part${name === 'tensorflow-gpu' ? ' and CUDA' : ''}`,
      found: isMissing
        ? 'no such package'
        : error instanceof Error
          ? (error.message.split('\n')[0] ?? '')
          : String(error),
      wayOut: `Run npm install ${packageName} on a machine that may download its binary, or use the engine onnxruntime`,
      cause: error,
    });
  }
  if (findBackend('tensorflow') === null) {
    throw new TesseraError({
      code: 'ENGINE_UNAVAILABLE',
      argument: `engine "${name}"`,
      expected: 'a backend that shares this copy of tfjs-core',
      found: `${packageName} registered itself with another copy`,
      wayOut: 'Install one version of @tensorflow/tfjs-core for both',
    });
  }
  await setBackend('tensorflow');
  return tfjsEngine({ name, backend: 'tensorflow', threads: cpus().length, reason });
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function repairNodeUtil(): void {
  if ('isNullOrUndefined' in nodeUtil) return;
  Object.defineProperty(nodeUtil, 'isNullOrUndefined', {
    value: (value: unknown) => value === null || value === undefined,
    configurable: true,
  });
}
