/** What the cases of a kernel look like; the three tables beside this file hold them, by the kernel’s tfjs name. */
import * as tf from '@tensorflow/tfjs-core';
import type { OperationCase } from '../operations.js';
import type { Shape, ShapeDraw } from './shape-draw.js';

export interface KernelCases {
  /** The lowest and highest rank that the operation takes, of its first input. Default 0 and 6. */
  readonly ranks?: readonly [number, number];
  readonly draw: (draw: ShapeDraw) => readonly OperationCase[];
}

export type KernelTable = Readonly<Record<string, KernelCases>>;

export const caseOf = (
  what: string,
  shapes: readonly Shape[],
  fn: (...inputs: tf.Tensor[]) => tf.Tensor,
  more: Partial<OperationCase> = {},
): OperationCase => ({
  name: `${what} of ${shapes.map((shape) => `[${shape}]`).join(', ')}`,
  shapes,
  fn,
  ...more,
});

/** The case itself, and again with its inputs rounded to whole numbers, which have no slope. */
export const alsoWhole = (each: OperationCase): OperationCase[] => [
  each,
  {
    ...each,
    name: `${each.name}, whole numbers`,
    fn: (...inputs) => each.fn(...inputs.map((x) => tf.cast(tf.mul(x, 4), 'int32'))),
    smooth: false,
  },
];
