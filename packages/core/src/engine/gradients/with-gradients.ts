/**
 * Runs with Tessera’s gradients in the place of tfjs’s. The build of tfjs-core that Node loads carries none; `@tensorflow/tfjs`
 * and tfjs-node bring theirs, some of which build long chains where one reduction is enough, and some of which are missing
 * for higher ranks. The registry is shared by every copy of tfjs-core, so what the host program had is put back.
 */
import { type GradConfig, getGradient, registerGradient } from '@tensorflow/tfjs-core';
import { elementwiseGradients } from './elementwise-gradients.js';
import { productGradient } from './product-gradient.js';
import { sliceGradients } from './slice-gradients.js';
import { structureGradients } from './structure-gradients.js';

/** Every gradient, by the tfjs operation it belongs to. */
export const gradients: readonly GradConfig[] = [
  ...elementwiseGradients,
  ...structureGradients,
  ...sliceGradients,
  productGradient,
];

/** `run` must be synchronous. What nobody had a gradient for keeps ours. */
export function withGradients<Result>(run: () => Result): Result {
  const replaced: GradConfig[] = [];
  for (const config of gradients) {
    const present = getGradient(config.kernelName);
    if (present === config) continue;
    if (present !== undefined) replaced.push(present);
    registerGradient(config);
  }
  try {
    return run();
  } finally {
    for (const config of replaced) registerGradient(config);
  }
}
