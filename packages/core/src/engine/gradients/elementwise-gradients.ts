/** Gradients of the operations that map elements. Steps, signs and roundings are flat, so nothing flows through them. */
import {
  add,
  cast,
  cos,
  cosh,
  div,
  exp,
  fill,
  type GradConfig,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  logicalAnd,
  minimum,
  mul,
  neg,
  pow,
  relu,
  scalar,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  step,
  sub,
  type Tensor,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { numberAttribute } from '../trace/kernel-attributes.js';
import { fromInput, fromOutput, fromPair, savedAt, single, sumTo } from './gradient.js';

/** 2 / sqrt(pi), the slope of the error function at 0. */
const erfSlope = 2 / Math.sqrt(Math.PI);
/** SELU’s two constants. Source: Klambauer et al. 2017, arXiv 1706.02515, appendix A.1. */
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

const whereTrue = (condition: Tensor, x: Tensor) => where(condition, x, zerosLike(x));
const flat = (kernelName: string): GradConfig => ({
  kernelName,
  inputsToSave: ['x'],
  gradFunc: (_, saved) => ({ x: () => zerosOf(savedAt(saved, 0)) }),
});
const flatPair = (kernelName: string): GradConfig => ({
  kernelName,
  inputsToSave: ['a', 'b'],
  gradFunc: (_, saved) => ({ a: () => zerosOf(savedAt(saved, 0)), b: () => zerosOf(savedAt(saved, 1)) }),
});
/** tfjs wants a float32 gradient of every input, also of one that is no number. */
const zerosOf = (x: Tensor) => zeros(x.shape);

export const elementwiseGradients: readonly GradConfig[] = [
  ...['Floor', 'Ceil', 'Round', 'Sign', 'Step', 'IsNan', 'LogicalNot', 'Any', 'All'].map(flat),
  ...['ZerosLike', 'OnesLike'].map(flat),
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'].map(flatPair),
  ...['LogicalAnd', 'LogicalOr', 'FloorDiv'].map(flatPair),
  {
    kernelName: 'Add',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => ({
      a: () => sumTo(single(dy), savedAt(saved, 0).shape),
      b: () => sumTo(single(dy), savedAt(saved, 1).shape),
    }),
  },
  {
    kernelName: 'Sub',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => ({
      a: () => sumTo(single(dy), savedAt(saved, 0).shape),
      b: () => neg(sumTo(single(dy), savedAt(saved, 1).shape)),
    }),
  },
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [String(i), () => single(dy).clone()])),
  },
  fromPair('Multiply', (dy, a, b) => ({ a: () => mul(dy, b), b: () => mul(dy, a) })),
  fromPair('RealDiv', (dy, a, b) => ({ a: () => div(dy, b), b: () => neg(div(mul(dy, a), square(b))) })),
  fromPair('Maximum', (dy, a, b) => ({
    a: () => whereTrue(greaterEqual(a, b), dy),
    b: () => whereTrue(less(a, b), dy),
  })),
  fromPair('Minimum', (dy, a, b) => ({
    a: () => whereTrue(lessEqual(a, b), dy),
    b: () => whereTrue(greater(a, b), dy),
  })),
  fromPair('SquaredDifference', (dy, a, b) => ({
    a: () => mul(dy, mul(sub(a, b), 2)),
    b: () => mul(dy, mul(sub(b, a), 2)),
  })),
  {
    kernelName: 'Pow',
    inputsToSave: ['a', 'b'],
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const [base, exponent, result] = [savedAt(saved, 0), savedAt(saved, 1), savedAt(saved, 2)];
      return {
        a: () => sumTo(mul(single(dy), mul(exponent, pow(base, sub(exponent, scalar(1))))), base.shape),
        // The logarithm of a base that is not positive is left out, as 0^b has no slope in b.
        b: () => sumTo(mul(single(dy), mul(result, whereTrue(greater(base, 0), log(base)))), exponent.shape),
      };
    },
  },
  fromInput('Abs', (dy, x) => mul(dy, sign(x))),
  fromInput('Neg', (dy) => neg(dy)),
  fromOutput('Exp', (dy, y) => mul(dy, y)),
  fromInput('Expm1', (dy, x) => mul(dy, exp(x))),
  fromInput('Log', (dy, x) => div(dy, x)),
  fromInput('Log1p', (dy, x) => div(dy, add(x, 1))),
  fromOutput('Sqrt', (dy, y) => div(dy, mul(y, 2))),
  fromOutput('Rsqrt', (dy, y) => mul(dy, mul(mul(y, square(y)), -0.5))),
  fromInput('Square', (dy, x) => mul(dy, mul(x, 2))),
  fromOutput('Reciprocal', (dy, y) => neg(mul(dy, square(y)))),
  fromInput('Sin', (dy, x) => mul(dy, cos(x))),
  fromInput('Cos', (dy, x) => neg(mul(dy, sin(x)))),
  fromOutput('Tanh', (dy, y) => mul(dy, sub(1, square(y)))),
  fromOutput('Sigmoid', (dy, y) => mul(dy, mul(y, sub(1, y)))),
  fromInput('Softplus', (dy, x) => mul(dy, sigmoid(x))),
  fromInput('Relu', (dy, x) => mul(dy, step(x))),
  fromInput('LeakyRelu', (dy, x, attributes) => mul(dy, step(x, numberAttribute(attributes, 'alpha')))),
  fromInput('Elu', (dy, x) => where(greater(x, 0), dy, mul(dy, exp(neg(relu(neg(x))))))),
  fromInput('Erf', (dy, x) => mul(dy, mul(exp(neg(square(x))), erfSlope))),
  fromInput('Selu', (dy, x) => {
    // Where the exponential could overflow it is not used, but its infinity would still be multiplied by 0.
    const below = mul(exp(minimum(x, 0)), seluScale * seluAlpha);
    return mul(dy, where(greater(x, 0), fill(x.shape, seluScale), below));
  }),
  fromOutput('Tan', (dy, y) => mul(dy, add(square(y), 1))),
  fromInput('Asin', (dy, x) => div(dy, sqrt(sub(1, square(x))))),
  fromInput('Acos', (dy, x) => neg(div(dy, sqrt(sub(1, square(x)))))),
  fromInput('Sinh', (dy, x) => mul(dy, cosh(x))),
  fromInput('Cosh', (dy, x) => mul(dy, sinh(x))),
  fromInput('Acosh', (dy, x) => div(dy, sqrt(sub(square(x), 1)))),
  fromInput('Atanh', (dy, x) => div(dy, sub(1, square(x)))),
  fromInput('Asinh', (dy, x) => div(dy, sqrt(add(square(x), 1)))),
  fromInput('Atan', (dy, x) => div(dy, add(square(x), 1))),
  fromInput('ClipByValue', (dy, x, attributes) => {
    const low = numberAttribute(attributes, 'clipValueMin');
    const high = numberAttribute(attributes, 'clipValueMax');
    return whereTrue(logicalAnd(greaterEqual(x, low), lessEqual(x, high)), dy);
  }),
  {
    kernelName: 'Select',
    inputsToSave: ['condition'],
    gradFunc: (dy, saved) => {
      const condition = savedAt(saved, 0);
      return {
        condition: () => zerosOf(condition),
        t: () => where(condition, single(dy), zerosLike(single(dy))),
        e: () => where(condition, zerosLike(single(dy)), single(dy)),
      };
    },
  },
  {
    kernelName: 'Cast',
    inputsToSave: ['x'],
    // Rounded to whole numbers or to truth, a number no longer moves with what it came from.
    gradFunc: (dy, saved, attributes) => {
      const x = savedAt(saved, 0);
      const isStep = x.dtype === 'float32' && attributes.dtype !== 'float32';
      return { x: () => (isStep ? zerosOf(x) : cast(single(dy), 'float32')) };
    },
  },
];
