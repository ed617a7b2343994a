/** Cases of kernels that map elements, or pairs of elements with broadcasting. */
import * as tf from '@tensorflow/tfjs-core';
import type { OperationCase } from '../operations.js';
import { alsoWhole, caseOf, type KernelCases, type KernelTable } from './kernel-cases.js';
import { perRank, type Shape, type ShapeDraw } from './shape-draw.js';

const positive = { range: [0.2, 2.5] } as const;
const withinOne = { range: [-0.9, 0.9] } as const;
const aboveOne = { range: [1.1, 3] } as const;

function map(fn: (x: tf.Tensor) => tf.Tensor, more: Partial<OperationCase> = {}): KernelCases {
  const make = (shape: Shape) => caseOf('map', [shape], (x) => fn(x), more);
  return {
    draw: (draw) => [
      ...perRank(0, (rank) => [make(draw.shape(rank))]),
      make([0]),
      make(draw.emptyShape(draw.whole(2, 6))),
    ],
  };
}

/** Pairs of shapes: the same one, one of them narrower, both narrower, and without elements. */
function pairs(draw: ShapeDraw): [Shape, Shape][] {
  return [
    ...perRank<[Shape, Shape]>(0, (rank) => {
      const shape = draw.shape(rank);
      return [
        draw.flag() ? [shape, draw.narrowed(shape)] : [draw.narrowed(shape), shape],
        [draw.narrowed(shape), draw.narrowed(shape)],
      ];
    }),
    [
      [3, 2],
      [3, 2],
    ],
    [
      [2, 0],
      [2, 0],
    ],
    [[0], []],
    [
      [2, 1],
      [2, 0],
    ],
    [
      [3, 0, 2],
      [1, 2],
    ],
  ];
}

/** tfjs repeats nothing over an axis of no elements in `where`, so its empty pairs have one shape. */
const isEvenOrFull = ({ shapes: [a = [], b = []] }: OperationCase) =>
  ![...a, ...b].includes(0) || a.join() === b.join();

function pair(fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, more: Partial<OperationCase> = {}): KernelCases {
  return { draw: (draw) => pairs(draw).map((shapes) => caseOf('pair', shapes, (a, b) => fn(a, b), more)) };
}

const withWhole = (cases: KernelCases): KernelCases => ({
  ...cases,
  draw: (draw) => cases.draw(draw).flatMap(alsoWhole),
});

/** A mask of its own, so that conditions have truth and falsehood. */
const isPositive = (x: tf.Tensor) => tf.greater(x, 0);

export const elementwiseTable: KernelTable = {
  Abs: withWhole(map(tf.abs)),
  Acos: map(tf.acos, withinOne),
  Acosh: map(tf.acosh, aboveOne),
  Asin: map(tf.asin, withinOne),
  Asinh: map(tf.asinh),
  Atan: map(tf.atan),
  Atanh: map(tf.atanh, withinOne),
  Ceil: map(tf.ceil),
  Cos: map(tf.cos),
  Cosh: map(tf.cosh),
  Elu: map(tf.elu),
  Erf: map(tf.erf),
  Exp: map(tf.exp),
  Expm1: map(tf.expm1),
  Floor: map(tf.floor),
  IsNan: map((x) => tf.isNaN(tf.log(x))),
  LeakyRelu: map((x) => tf.leakyRelu(x, 0.1)),
  Log: map(tf.log, positive),
  Log1p: map(tf.log1p, positive),
  LogicalNot: map((x) => tf.logicalNot(isPositive(x))),
  Neg: withWhole(map(tf.neg)),
  OnesLike: map((x) => tf.mul(tf.onesLike(x), x)),
  Reciprocal: map(tf.reciprocal, positive),
  Relu: map(tf.relu),
  Round: map(tf.round),
  Rsqrt: map(tf.rsqrt, positive),
  Selu: map(tf.selu),
  Sigmoid: map(tf.sigmoid),
  Sign: map(tf.sign),
  Sin: map(tf.sin),
  Sinh: map(tf.sinh),
  Softplus: map(tf.softplus),
  Sqrt: map(tf.sqrt, positive),
  Square: withWhole(map(tf.square)),
  Step: map((x) => tf.step(x, 0.25)),
  Tan: map(tf.tan, withinOne),
  Tanh: map(tf.tanh),
  ZerosLike: map((x) => tf.zerosLike(x)),
  ClipByValue: map((x) => tf.clipByValue(x, -1, 1)),
  Cast: {
    draw: (draw) =>
      perRank(0, (rank) => {
        const shape = draw.shape(rank);
        return [
          caseOf('to whole numbers', [shape], (x) => tf.cast(tf.mul(x, 2), 'int32')),
          caseOf('to truth', [shape], (x) => tf.cast(tf.relu(x), 'bool')),
          caseOf('from truth', [shape], (x) => tf.mul(tf.cast(isPositive(x), 'float32'), x)),
          caseOf('from whole numbers', [shape], (x) => tf.cast(tf.cast(tf.mul(x, 2), 'int32'), 'float32')),
        ];
      }).concat(caseOf('to whole numbers', [[0, 2]], (x) => tf.cast(x, 'int32'))),
  },
  Add: withWhole(pair(tf.add)),
  Sub: withWhole(pair(tf.sub)),
  Multiply: withWhole(pair(tf.mul)),
  RealDiv: pair(tf.div, positive),
  Maximum: withWhole(pair(tf.maximum)),
  Minimum: withWhole(pair(tf.minimum)),
  Pow: {
    draw: (draw) => [
      ...pair(tf.pow, positive).draw(draw),
      // A whole exponent of a negative number, and of a whole number.
      ...map((x) => tf.pow(x, 3)).draw(draw),
      caseOf('whole', [[3, 2]], (x) => tf.pow(tf.cast(tf.mul(x, 2), 'int32'), 2), { smooth: false }),
    ],
  },
  SquaredDifference: withWhole(pair(tf.squaredDifference)),
  FloorDiv: {
    draw: (draw) => [
      // A divisor above every dividend: the quotient’s steps lie where the dividend changes its sign.
      ...pair((a, b) => tf.floorDiv(a, tf.add(b, 5))).draw(draw),
      ...pair((a, b) => tf.floorDiv(tf.mul(a, 20), tf.add(tf.square(b), 1)), { smooth: false })
        .draw(draw)
        .flatMap(alsoWhole),
    ],
  },
  Equal: withWhole(pair(tf.equal)),
  NotEqual: withWhole(pair(tf.notEqual)),
  Greater: withWhole(pair(tf.greater)),
  GreaterEqual: withWhole(pair(tf.greaterEqual)),
  Less: withWhole(pair(tf.less)),
  LessEqual: withWhole(pair(tf.lessEqual)),
  LogicalAnd: pair((a, b) => tf.logicalAnd(isPositive(a), isPositive(b))),
  LogicalOr: pair((a, b) => tf.logicalOr(isPositive(a), isPositive(b))),
  Select: {
    draw: (draw) => [
      ...pair((a, b) => tf.where(isPositive(a), tf.square(a), b))
        .draw(draw)
        .filter(isEvenOrFull),
      ...pair((a, b) => tf.where(isPositive(b), a, b), { smooth: false })
        .draw(draw)
        .filter(isEvenOrFull)
        .flatMap(alsoWhole),
    ],
  },
  AddN: {
    draw: (draw) => {
      const sum = (shape: Shape) => caseOf('sum', [shape, shape, shape], (...all) => tf.addN(all));
      return [...perRank(0, (rank) => [sum(draw.shape(rank))]), sum([2, 0])].flatMap(alsoWhole);
    },
  },
};
