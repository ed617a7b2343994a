import type { Tensor } from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';

/** The tensor of a node with one output. */
export function onlyTensor(tensors: readonly Tensor[]): Tensor {
  const [only] = tensors;
  invariant(only !== undefined && tensors.length === 1, 'the node has one output');
  return only;
}
