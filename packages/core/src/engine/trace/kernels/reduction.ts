/** Kernels that fold axes away: sums, means, extremes, truth, positions of extremes, running sums. */
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { filled } from '../filled.js';
import { emptyFolds, foldedShape, foldOf } from '../fold.js';
import { booleanAttribute, numberAttribute } from '../kernel-attributes.js';
import { inputOf, type KernelCall, type TraceKernel, type TraceKernels } from '../trace-kernel.js';
import { castTo } from './elementwise.js';

function reduce(call: KernelCall, operator: string, x: TensorInfo, ofNothing: number): TensorInfo {
  const { axes, keepDims, shape } = foldOf(call.attributes, x.shape);
  // ONNX reads an empty list of axes as all of them; tfjs as none.
  if (axes.length === 0) return call.backend.wrap(call.backend.traced(x));
  if (x.shape.includes(0)) return filled(call.backend, shape, x.dtype, ofNothing);
  const attributes = { keepdims: { int: keepDims ? 1 : 0 } };
  const form = { shape, dtype: x.dtype };
  return call.backend.emit(operator, [x, call.backend.graph.int64s(axes)], form, { attributes });
}

function reduction(kernelName: keyof typeof emptyFolds, operator: string): TraceKernel {
  return (call) => {
    const x = inputOf(call, 'x');
    const dtype = kernelName === 'Mean' ? 'float32' : x.dtype === 'bool' ? 'int32' : x.dtype;
    return reduce(call, operator, x.dtype === dtype ? x : castTo(call, x, dtype), emptyFolds[kernelName]);
  };
}

/** Truth over an axis, as the extreme of zeros and ones. */
function truth(kernelName: keyof typeof emptyFolds, operator: string): TraceKernel {
  return (call) => {
    const x = castTo(call, inputOf(call, 'x'), 'int32');
    return castTo(call, reduce(call, operator, x, emptyFolds[kernelName]), 'bool');
  };
}

function extremePosition(operator: string): TraceKernel {
  return (call) => {
    const x = inputOf(call, 'x');
    const [axis = 0] = foldOf(call.attributes, x.shape).axes;
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
  Sum: reduction('Sum', 'ReduceSum'),
  Mean: reduction('Mean', 'ReduceMean'),
  Max: reduction('Max', 'ReduceMax'),
  Min: reduction('Min', 'ReduceMin'),
  Prod: reduction('Prod', 'ReduceProd'),
  All: truth('All', 'ReduceMin'),
  Any: truth('Any', 'ReduceMax'),
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
};
