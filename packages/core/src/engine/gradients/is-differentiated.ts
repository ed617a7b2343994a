import { engine } from '@tensorflow/tfjs-core';

/** Whether a gradient of what is computed now will be asked for, so that work for its sake pays. */
export function isDifferentiated(): boolean {
  return engine().state.gradientDepth > 0;
}
