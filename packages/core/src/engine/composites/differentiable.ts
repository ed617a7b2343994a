/**
 * An operation with a gradient written by hand: what is inside is not differentiated, so forward and backward may use the
 * fused primitives. The same text runs on every engine.
 */
import { customGrad, Tensor } from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';

export interface Forward {
  readonly value: Tensor;
  /** Inputs and intermediates that the gradient needs. */
  readonly saved: readonly Tensor[];
}

/**
 * @param backward the gradients of the inputs, one each and of their shapes, from the gradient of the value
 */
export function differentiable(
  inputs: readonly Tensor[],
  forward: (inputs: readonly Tensor[]) => Forward,
  backward: (dy: Tensor, saved: readonly Tensor[]) => readonly Tensor[],
): Tensor {
  const operation = customGrad((...given) => {
    const tensors = given.filter((each) => each instanceof Tensor);
    const save = given.find((each) => typeof each === 'function');
    const { value, saved } = forward(tensors);
    save?.([...saved]);
    return {
      value,
      gradFunc: (dy: Tensor, kept: Tensor[]) => {
        const gradients = backward(dy, kept);
        invariant(gradients.length === inputs.length, 'every input has a gradient');
        return [...gradients];
      },
    };
  });
  return operation(...inputs);
}

/** The saved tensor at a place. */
export function kept(saved: readonly Tensor[], index: number): Tensor {
  const tensor = saved[index];
  invariant(tensor !== undefined, 'what a gradient needs was saved');
  return tensor;
}
