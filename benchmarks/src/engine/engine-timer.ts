/** Times the reference model on one of our engines: seconds of single training steps and of single inferences. */
import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { type Engine, type EngineTensor, type NdArray, ndArray, scalarArray } from '@tessera/core/engine';
import { adamwScalars, initializeParams } from '@tessera/core/nn';
import {
  adam,
  type ReferenceConfig,
  referenceInference,
  referenceLayout,
  referenceStep,
} from './reference-model.js';

/** Something that runs the reference model and can be asked for single timings, in seconds. */
export interface ReferenceTimer {
  readonly name: string;
  readonly version: string;
  readonly parameters: number;
  step(count: number): Promise<number[]>;
  infer(batch: number, count: number): Promise<number[]>;
  close(): Promise<void>;
}

const learningRate = 1e-3;

export function engineTimer(engine: Engine, config: ReferenceConfig, seed: number): ReferenceTimer {
  const layout = referenceLayout(config);
  const key = randomKey(seed);
  const compiledStep = engine.compile(referenceStep(layout, config), { name: 'step' });
  const compiledInference = engine.compile(referenceInference(layout, config), { name: 'infer' });
  const x = noise([config.batch, config.patches, config.patchLength], foldIn(key, 1));
  const y = noise([config.batch, config.outputs], foldIn(key, 2));
  let state = {
    params: engine.hold(ndArray(initializeParams(layout, key))),
    first: engine.hold(ndArray(new Float32Array(layout.size))),
    second: engine.hold(ndArray(new Float32Array(layout.size))),
  };
  let steps = 0;

  const oneStep = async () => {
    steps += 1;
    const numbers = adamwScalars(adam, steps, learningRate);
    const scalars = {
      rate: scalarArray(numbers.rate),
      epsilon: scalarArray(numbers.epsilon),
      decay: scalarArray(numbers.decay),
    };
    const result = await compiledStep(state, scalars, x, y);
    await result.loss.read();
    result.loss.dispose();
    for (const old of Object.values<EngineTensor>(state)) old.dispose();
    state = result.state;
  };

  return {
    name: engine.name,
    version: engine.describe().version,
    parameters: layout.size,
    step: (count) => timed(oneStep, count),
    infer: (batch, count) => {
      const input = noise([batch, config.patches, config.patchLength], foldIn(key, 3));
      return timed(async () => {
        const result = await compiledInference(state.params, input);
        await result.read();
        result.dispose();
      }, count);
    },
    close: async () => engine.dispose(),
  };
}

async function timed(run: () => Promise<void>, count: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    await run();
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}

function noise(shape: readonly number[], key: ReturnType<typeof randomKey>): NdArray {
  const stream = new RandomStream(key);
  const size = shape.reduce((product, each) => product * each, 1);
  return ndArray(
    Float32Array.from({ length: size }, () => stream.normal()),
    shape,
  );
}
