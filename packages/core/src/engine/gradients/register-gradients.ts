/**
 * Registers Tessera’s gradients with tfjs. The build of tfjs-core that Node loads carries none, and some of the usual ones
 * build long chains where one reduction is enough.
 */
import { type GradConfig, getGradient, registerGradient } from '@tensorflow/tfjs-core';
import { elementwiseGradients } from './elementwise-gradients.js';
import { structureGradients } from './structure-gradients.js';

/** Every gradient, by the tfjs operation it belongs to. */
export const gradients: readonly GradConfig[] = [...elementwiseGradients, ...structureGradients];

let isRegistered = false;

/** Registers each gradient once; one that the host program registered before is left alone. */
export function registerGradients(): void {
  if (isRegistered) return;
  isRegistered = true;
  for (const config of gradients) {
    if (getGradient(config.kernelName) === undefined) registerGradient(config);
  }
}
