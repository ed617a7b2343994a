/** Kernels that map each element, or pairs of elements with broadcasting, in one or a few ONNX nodes. */
import { broadcast_util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
import type { OnnxValue } from '../../onnx/onnx-graph.js';
import { numberAttribute, textAttribute } from '../kernel-attributes.js';
import { inputOf, type KernelCall, type TraceKernel, type TraceKernels } from '../trace-kernel.js';

/** One node that keeps shape and type. */
function unary(operator: string): TraceKernel {
  return (call) => {
    const x = inputOf(call, 'x');
    return call.backend.emit(operator, [x], x);
  };
}

/** One node over two broadcast inputs of the same type. */
function binary(operator: string, dtype?: DataType): TraceKernel {
  return (call) => emitBinary(call, operator, inputOf(call, 'a'), inputOf(call, 'b'), dtype);
}

function emitBinary(
  call: KernelCall,
  operator: string,
  a: TensorInfo,
  b: TensorInfo,
  dtype?: DataType,
): TensorInfo {
  const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  return call.backend.emit(operator, [a, b], { shape, dtype: dtype ?? a.dtype });
}

/** `x` where adding `other` changes nothing: gradients of flat operations are zeros, and there are many. */
function withoutZero(call: KernelCall, x: TensorInfo, other: TensorInfo): TensorInfo | undefined {
  if (!call.backend.graph.isZero(call.backend.traced(other))) return undefined;
  const shape = broadcast_util.assertAndGetBroadcastShape(x.shape, other.shape);
  const isSame = shape.length === x.shape.length && shape.every((size, i) => size === x.shape[i]);
  return isSame ? call.backend.wrap(call.backend.traced(x)) : undefined;
}

/** A comparison; ONNX orders numbers only, so truth values are compared as whole numbers. */
function comparison(operator: string): TraceKernel {
  return (call) => {
    const [a, b] = [inputOf(call, 'a'), inputOf(call, 'b')].map((side) =>
      side.dtype === 'bool' && operator !== 'Equal' ? castTo(call, side, 'int32') : side,
    );
    return a === undefined || b === undefined ? [] : emitBinary(call, operator, a, b, 'bool');
  };
}

/** `number` as a constant of the type of `like`. */
export function constantLike(call: KernelCall, like: TensorInfo, number: number): OnnxValue {
  const { graph } = call.backend;
  if (like.dtype === 'float32') return graph.floats([number]);
  if (like.dtype === 'bool') return graph.constant('bool', [], Uint8Array.of(number === 0 ? 0 : 1));
  return graph.constant('int32', [], new Uint8Array(Int32Array.of(number).buffer));
}

export function castTo(call: KernelCall, x: TensorInfo, dtype: DataType): TensorInfo {
  const to = dtype === 'float32' ? 1 : dtype === 'int32' ? 6 : 9;
  return call.backend.emit('Cast', [x], { shape: x.shape, dtype }, { attributes: { to: { int: to } } });
}

export const elementwiseKernels: TraceKernels = {
  Abs: unary('Abs'),
  Acos: unary('Acos'),
  Acosh: unary('Acosh'),
  Asin: unary('Asin'),
  Asinh: unary('Asinh'),
  Atan: unary('Atan'),
  Atanh: unary('Atanh'),
  Ceil: unary('Ceil'),
  Cos: unary('Cos'),
  Cosh: unary('Cosh'),
  Elu: unary('Elu'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Floor: unary('Floor'),
  Log: unary('Log'),
  Neg: unary('Neg'),
  Reciprocal: unary('Reciprocal'),
  Relu: unary('Relu'),
  Round: unary('Round'),
  Selu: unary('Selu'),
  Sigmoid: unary('Sigmoid'),
  Sign: unary('Sign'),
  Sin: unary('Sin'),
  Sinh: unary('Sinh'),
  Softplus: unary('Softplus'),
  Sqrt: unary('Sqrt'),
  Tan: unary('Tan'),
  Tanh: unary('Tanh'),
  Add: (call) => {
    const [a, b] = [inputOf(call, 'a'), inputOf(call, 'b')];
    const sum = withoutZero(call, a, b) ?? withoutZero(call, b, a);
    return sum ?? emitBinary(call, 'Add', a, b);
  },
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div', 'float32'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  Equal: comparison('Equal'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: binary('And', 'bool'),
  LogicalOr: binary('Or', 'bool'),
  NotEqual: (call) => {
    const equal = emitBinary(call, 'Equal', inputOf(call, 'a'), inputOf(call, 'b'), 'bool');
    return call.backend.emit('Not', [equal], equal);
  },
  LogicalNot: unary('Not'),
  Square: (call) => {
    const x = inputOf(call, 'x');
    return call.backend.emit('Mul', [x, x], x);
  },
  Rsqrt: (call) => {
    const x = inputOf(call, 'x');
    return call.backend.emit('Reciprocal', [call.backend.emit('Sqrt', [x], x)], x);
  },
  Expm1: (call) => {
    const x = inputOf(call, 'x');
    return call.backend.emit('Sub', [call.backend.emit('Exp', [x], x), constantLike(call, x, 1)], x);
  },
  Log1p: (call) => {
    const x = inputOf(call, 'x');
    return call.backend.emit('Log', [call.backend.emit('Add', [x, constantLike(call, x, 1)], x)], x);
  },
  SquaredDifference: (call) => {
    const difference = emitBinary(call, 'Sub', inputOf(call, 'a'), inputOf(call, 'b'));
    return call.backend.emit('Mul', [difference, difference], difference);
  },
  FloorDiv: (call) => {
    const quotient = emitBinary(
      call,
      'Div',
      castTo(call, inputOf(call, 'a'), 'float32'),
      castTo(call, inputOf(call, 'b'), 'float32'),
      'float32',
    );
    return castTo(call, call.backend.emit('Floor', [quotient], quotient), 'int32');
  },
  IsNan: (call) => {
    const x = inputOf(call, 'x');
    return call.backend.emit('IsNaN', [x], { shape: x.shape, dtype: 'bool' });
  },
  LeakyRelu: (call) => {
    const x = inputOf(call, 'x');
    const alpha = { float: numberAttribute(call.attributes, 'alpha') };
    return call.backend.emit('LeakyRelu', [x], x, { attributes: { alpha } });
  },
  Step: (call) => {
    const x = inputOf(call, 'x');
    const alpha = numberAttribute(call.attributes, 'alpha');
    const isPositive = call.backend.emit('Greater', [x, constantLike(call, x, 0)], {
      shape: x.shape,
      dtype: 'bool',
    });
    return call.backend.emit(
      'Where',
      [isPositive, constantLike(call, x, 1), constantLike(call, x, alpha)],
      x,
    );
  },
  ClipByValue: (call) => {
    const x = inputOf(call, 'x');
    const low = constantLike(call, x, numberAttribute(call.attributes, 'clipValueMin'));
    const high = constantLike(call, x, numberAttribute(call.attributes, 'clipValueMax'));
    return call.backend.emit('Clip', [x, low, high], x);
  },
  Select: (call) => {
    const [condition, yes, no] = [inputOf(call, 'condition'), inputOf(call, 't'), inputOf(call, 'e')];
    return call.backend.emit('Where', [condition, yes, no], yes);
  },
  Cast: (call) => {
    const x = inputOf(call, 'x');
    const dtype = textAttribute(call.attributes, 'dtype');
    if (dtype === x.dtype) return call.backend.wrap(call.backend.traced(x));
    return castTo(call, x, dtype === 'int32' || dtype === 'bool' ? dtype : 'float32');
  },
};
