/** Small forms that the gradients of tfjs operations are written in; saved tensors arrive in the order they were asked for. */
import {
  broadcast_util,
  broadcastTo,
  type GradConfig,
  type NamedAttrMap,
  reshape,
  sum,
  type Tensor,
  util,
  zeros,
} from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';

/** The one gradient of an operation with one output. */
export function single(dy: Tensor | Tensor[]): Tensor {
  invariant(!Array.isArray(dy), 'an operation of one output has one gradient');
  return dy;
}

/** The gradients of an operation with a list of outputs; tfjs gives a list of one as its element. */
export function listOf(dy: Tensor | Tensor[]): Tensor[] {
  return Array.isArray(dy) ? dy : [dy];
}

/** The saved tensor at a place. */
export function savedAt(saved: readonly Tensor[], index: number): Tensor {
  const tensor = saved[index];
  invariant(tensor !== undefined, 'what a gradient needs was saved');
  return tensor;
}

/** Gradient of a map of one input that needs the input. */
export function fromInput(
  kernelName: string,
  gradient: (dy: Tensor, x: Tensor, attributes: NamedAttrMap) => Tensor,
): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({ x: () => gradient(single(dy), savedAt(saved, 0), attributes) }),
  };
}

/** Gradient of a map of one input that needs only the output. */
export function fromOutput(
  kernelName: string,
  gradient: (dy: Tensor, y: Tensor, attributes: NamedAttrMap) => Tensor,
): GradConfig {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => ({ x: () => gradient(single(dy), savedAt(saved, 0), attributes) }),
  };
}

/** Gradient of an operation of two inputs with broadcasting. */
export function fromPair(
  kernelName: string,
  gradients: (dy: Tensor, a: Tensor, b: Tensor) => { readonly a: () => Tensor; readonly b: () => Tensor },
): GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const a = savedAt(saved, 0);
      const b = savedAt(saved, 1);
      const both = gradients(single(dy), a, b);
      return { a: () => sumTo(both.a(), a.shape), b: () => sumTo(both.b(), b.shape) };
    },
  };
}

/** Undoes broadcasting: sums the axes along which a tensor of `shape` was repeated. */
export function sumTo(gradient: Tensor, shape: readonly number[]): Tensor {
  // tfjs takes an axis without elements for one that needs no sum.
  if (gradient.size === 0) return zeros([...shape]);
  const axes = broadcast_util.getReductionAxes([...shape], gradient.shape);
  const summed = axes.length > 0 ? sum(gradient, axes) : gradient;
  const isSame = summed.shape.length === shape.length && summed.shape.every((size, i) => size === shape[i]);
  return isSame ? summed : reshape(summed, [...shape]);
}

/** Broadcasting to a shape, which tfjs leaves out where the shape has no elements. */
export function spreadTo(x: Tensor, shape: readonly number[]): Tensor {
  return shape.includes(0) ? zeros([...shape]) : broadcastTo(x, [...shape]);
}

/** The axes a reduction folds, ascending; none given means all. */
export function foldedAxes(x: Tensor, axis: unknown): number[] {
  if (axis === undefined || axis === null) return x.shape.map((_, i) => i);
  const given = Array.isArray(axis) ? axis.map(Number) : [Number(axis)];
  return util.parseAxisParam(given, x.shape).sort((a, b) => a - b);
}

/** The shape of a reduction’s result with its folded axes kept as ones. */
export function keptShape(x: Tensor, axis: unknown): number[] {
  const axes = foldedAxes(x, axis);
  return x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
}
