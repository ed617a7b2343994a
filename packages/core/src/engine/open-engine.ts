/** Opens an engine by name, or picks one, and says why. Nothing native is loaded before it is asked for. */
import { setBackend } from '@tensorflow/tfjs-core';
import { TesseraError } from '../errors/tessera-error.js';
import { type Engine, type EngineName, engineNames } from './engine.js';
import { repairKernels } from './runtime/kernel-repairs.js';
import { openOnnxruntime } from './runtime/onnxruntime-engine.js';
import { tfjsEngine } from './runtime/tfjs-engine.js';
import { registerWasmKernels } from './runtime/wasm-kernels.js';

export interface OpenEngineOptions {
  /** Threads within one operator, for engines that have them. Default 1. */
  readonly threads?: number;
}

/**
 * An engine.
 *
 * @param choice a name, or `auto`: `TESSERA_ENGINE` where it is set, else onnxruntime, else wasm. Default `auto`
 * @throws TesseraError ENGINE_UNAVAILABLE
 */
export async function openEngine(
  choice: EngineName | 'auto' = 'auto',
  options: OpenEngineOptions = {},
): Promise<Engine> {
  if (choice !== 'auto') return open(choice, options, 'asked for');
  const wanted = process.env.TESSERA_ENGINE;
  if (wanted !== undefined && wanted !== '' && wanted !== 'auto') {
    return open(engineNamed(wanted), options, 'TESSERA_ENGINE names it');
  }
  try {
    return await open('onnxruntime', options, 'the fastest that is always shipped');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return open('wasm', options, `onnxruntime could not be loaded: ${why}`);
  }
}

function engineNamed(text: string): EngineName {
  const found = engineNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new TesseraError({
    code: 'ENGINE_UNAVAILABLE',
    argument: 'TESSERA_ENGINE',
    expected: `auto or one of ${engineNames.join(', ')}`,
    found: JSON.stringify(text),
    wayOut: 'Set it to one of these, or unset it',
  });
}

async function open(name: EngineName, options: OpenEngineOptions, reason: string): Promise<Engine> {
  try {
    switch (name) {
      case 'onnxruntime':
        return await openOnnxruntime({ ...options, reason });
      case 'cpu':
        await import('@tensorflow/tfjs-backend-cpu');
        await setBackend('cpu');
        repairKernels('cpu');
        return tfjsEngine({ name, backend: 'cpu', threads: 1, reason });
      case 'wasm':
        await import('@tensorflow/tfjs-backend-wasm');
        await setBackend('wasm');
        registerWasmKernels();
        return tfjsEngine({ name, backend: 'wasm', threads: 1, reason });
      case 'tensorflow':
      case 'tensorflow-gpu': {
        const { openTensorflow } = await import('./runtime/tensorflow-engine.js');
        return await openTensorflow(name, reason);
      }
    }
  } catch (error) {
    if (error instanceof TesseraError) throw error;
    throw new TesseraError({
      code: 'ENGINE_UNAVAILABLE',
      argument: `engine "${name}"`,
      expected: 'its library to load on this machine',
      found: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      wayOut: 'Choose another engine, or install what is missing',
      cause: error,
    });
  }
}
