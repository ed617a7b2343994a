/** Engines to run the same tests on. Those that need a native part of their own are told apart by the reason why they are absent. */
import type { Engine, EngineName } from '../../../src/engine/engine.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { TesseraError } from '../../../src/errors/tessera-error.js';

export type OpenedEngine = {
  readonly name: EngineName;
  readonly engine: Engine | undefined;
  readonly reason: string;
};

export async function openedEngine(name: EngineName): Promise<OpenedEngine> {
  try {
    const engine = await openEngine(name);
    return { name, engine, reason: '' };
  } catch (error) {
    if (TesseraError.is(error) && error.code === 'ENGINE_UNAVAILABLE')
      return { name, engine: undefined, reason: error.message };
    throw error;
  }
}

/** Every engine that is compared with the reference. */
export async function comparedEngines(): Promise<OpenedEngine[]> {
  const engines: OpenedEngine[] = [];
  for (const name of ['onnxruntime', 'wasm', 'tensorflow', 'tensorflow-gpu'] as const) {
    engines.push(await openedEngine(name));
  }
  return engines;
}
