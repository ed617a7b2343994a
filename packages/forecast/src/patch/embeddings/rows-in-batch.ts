/** Places within windows as rows of all windows one after another, which is what gathers and sums over segments take. */
import { add, type Rank, reshape, type Tensor, tensor } from '@tensorflow/tfjs-core';

/**
 * Arrays of a batch hold places within the window, so that a part of the batch is a batch.
 *
 * @param places int32, shape `[B, ...]`
 * @param perWindow rows of one window
 * @returns int32, flat
 */
export function rowsInBatch(places: Tensor, perWindow: number): Tensor<Rank.R1> {
  const [batch] = places.shape;
  const offsets = Int32Array.from({ length: batch }, (_, window) => window * perWindow);
  const shape = places.shape.map((_, axis) => (axis === 0 ? batch : 1));
  return reshape(add(places, tensor(offsets, shape, 'int32')), [places.size]);
}
