/** Kernels that fold axes away: sums, means, extremes, truth, positions of extremes, running sums. */
import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { booleanAttribute, numberAttribute, numbersAttribute } from '../kernel-attributes.js';
import { inputOf, type KernelCall, type TraceKernel, type TraceKernels } from '../trace-kernel.js';
import { castTo } from './elementwise.js';

/** The axes an operation folds, ascending; none given means all. */
function axesOf(call: KernelCall, rank: number): number[] {
  // tfjs names the axes of max differently from those of every other reduction.
  const name = call.attributes.reductionIndices === undefined ? 'axis' : 'reductionIndices';
  const given = call.attributes[name];
  const axes =
    given === undefined || given === null
      ? Array.from({ length: rank }, (_, i) => i)
      : numbersAttribute(call.attributes, name);
  return axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
}

function foldedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  return shape.flatMap((size, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [size]));
}

function reduce(call: KernelCall, operator: string, x: TensorInfo, dtype: DataType): TensorInfo {
  const axes = axesOf(call, x.shape.length);
  const keepDims = booleanAttribute(call.attributes, 'keepDims');
  // ONNX reads an empty list of axes as all of them; tfjs as none.
  if (axes.length === 0) return call.backend.wrap(call.backend.traced(x));
  const shape = foldedShape(x.shape, axes, keepDims);
  const attributes = { keepdims: { int: keepDims ? 1 : 0 } };
  return call.backend.emit(operator, [x, call.backend.graph.int64s(axes)], { shape, dtype }, { attributes });
}

function reduction(operator: string): TraceKernel {
  return (call) => {
    const x = inputOf(call, 'x');
    if (x.dtype === 'bool') return reduce(call, operator, castTo(call, x, 'int32'), 'int32');
    return reduce(call, operator, x, x.dtype);
  };
}

/** Truth over an axis, as the extreme of zeros and ones. */
function truth(operator: string): TraceKernel {
  return (call) =>
    castTo(call, reduce(call, operator, castTo(call, inputOf(call, 'x'), 'int32'), 'int32'), 'bool');
}

function extremePosition(operator: string): TraceKernel {
  return (call) => {
    const x = inputOf(call, 'x');
    const [axis = 0] = axesOf(call, x.shape.length);
    const shape = foldedShape(x.shape, [axis], false);
    const attributes = { axis: { int: axis }, keepdims: { int: 0 } };
    const position = call.backend.graph.emit(
      operator,
      [call.backend.traced(x)],
      { type: 'int64', shape },
      { attributes },
    );
    return call.backend.emit(
      'Cast',
      [position],
      { shape, dtype: 'int32' },
      { attributes: { to: { int: 6 } } },
    );
  };
}

export const reductionKernels: TraceKernels = {
  Sum: reduction('ReduceSum'),
  Mean: (call) => {
    const x = inputOf(call, 'x');
    return reduce(call, 'ReduceMean', x.dtype === 'float32' ? x : castTo(call, x, 'float32'), 'float32');
  },
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: truth('ReduceMin'),
  Any: truth('ReduceMax'),
  ArgMax: extremePosition('ArgMax'),
  ArgMin: extremePosition('ArgMin'),
  Cumsum: (call) => {
    const x = inputOf(call, 'x');
    const axis = util.parseAxisParam(numberAttribute(call.attributes, 'axis'), x.shape)[0] ?? 0;
    const attributes = {
      exclusive: { int: booleanAttribute(call.attributes, 'exclusive') ? 1 : 0 },
      reverse: { int: booleanAttribute(call.attributes, 'reverse') ? 1 : 0 },
    };
    return call.backend.emit('CumSum', [x, call.backend.graph.int64s([axis], [])], x, { attributes });
  },
  Softmax: (call) => {
    const logits = inputOf(call, 'logits');
    const axis = { int: numberAttribute(call.attributes, 'dim') };
    return call.backend.emit('Softmax', [logits], logits, { attributes: { axis } });
  },
  LogSoftmax: (call) => {
    const logits = inputOf(call, 'logits');
    const axis = { int: numberAttribute(call.attributes, 'axis') };
    return call.backend.emit('LogSoftmax', [logits], logits, { attributes: { axis } });
  },
};
