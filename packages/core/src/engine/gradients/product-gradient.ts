/**
 * Gradient of a product over axes: each element’s slope is the product of all others, which also holds where elements are
 * zero and a division by them would not. Products before and after each element are scans that double their reach, so the
 * work is O(n log n) and the depth O(log n) for n elements folded.
 *
 * Source: Hillis and Steele 1986, Data Parallel Algorithms, for the scan.
 */
import {
  type GradConfig,
  mul,
  pad,
  reshape,
  slice,
  type Tensor,
  transpose,
  util,
  zeros,
} from '@tensorflow/tfjs-core';
import { foldedAxes, fromInput, keptShape, spreadTo } from './gradient.js';

export const productGradient: GradConfig = fromInput('Prod', (dy, x, attributes) => {
  if (x.size === 0) return zeros(x.shape);
  const folded = foldedAxes(x, attributes.axis);
  const perm = [...x.shape.map((_, i) => i).filter((axis) => !folded.includes(axis)), ...folded];
  const moved = perm.map((axis) => x.shape[axis] ?? 1);
  const count = folded.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1);
  const rows = reshape(transpose(x, perm), [util.sizeFromShape(x.shape) / count, count]);
  const others = mul(productsBeside(rows, 'before'), productsBeside(rows, 'after'));
  const undone = perm.map((_, i) => perm.indexOf(i));
  const slopes = transpose(reshape(others, moved), undone);
  return mul(spreadTo(reshape(dy, keptShape(x, attributes.axis)), x.shape), slopes);
});

/** For each element of a row, the product of those before or after it. @param rows shape `[T, n]` @returns shape `[T, n]` */
function productsBeside(rows: Tensor, side: 'before' | 'after'): Tensor {
  let products = shifted(rows, 1, side);
  for (let reach = 1; reach < (rows.shape[1] ?? 0); reach *= 2) {
    products = mul(products, shifted(products, reach, side));
  }
  return products;
}

/** Rows moved by `steps`, with ones where they left. */
function shifted(rows: Tensor, steps: number, side: 'before' | 'after'): Tensor {
  const [count = 0, width = 0] = rows.shape;
  const from = side === 'before' ? 0 : steps;
  const rest = slice(rows, [0, from], [count, width - steps]);
  return pad(rest, [[0, 0], side === 'before' ? [steps, 0] : [0, steps]], 1);
}
