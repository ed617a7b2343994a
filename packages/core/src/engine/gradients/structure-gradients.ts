/** Gradients of reductions, products of matrices and everything that moves elements. */
import {
  cast,
  concat,
  cumsum,
  equal,
  type GradConfig,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  matMul,
  maximum,
  minimum,
  mul,
  type Rank,
  reshape,
  reverse,
  scalar,
  slice,
  split,
  stack,
  sub,
  sum,
  type Tensor,
  transpose,
  unsortedSegmentSum,
  unstack,
  util,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import {
  booleanAttribute,
  numberAttribute,
  numbersAttribute,
  optionalNumbersAttribute,
} from '../trace/kernel-attributes.js';
import { fromInput, keptShape, listOf, savedAt, single, spreadTo, sumTo } from './gradient.js';

function spread(dy: Tensor, x: Tensor, axis: unknown): Tensor {
  return spreadTo(reshape(dy, keptShape(x, axis)), x.shape);
}

/** The extreme’s gradient goes to every element that equals it, as in tfjs. */
function extreme(kernelName: string): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => {
      const x = savedAt(saved, 0);
      // tfjs names the axes of max differently from those of every other reduction.
      const kept = keptShape(x, attributes.axis ?? attributes.reductionIndices);
      const isExtreme = equal(x, reshape(savedAt(saved, 1), kept));
      const given = spreadTo(reshape(single(dy), kept), x.shape);
      return { x: () => where(isExtreme, given, zerosLike(given)) };
    },
  };
}

export const structureGradients: readonly GradConfig[] = [
  fromInput('Sum', (dy, x, attributes) => spread(dy, x, attributes.axis)),
  fromInput('Mean', (dy, x, attributes) => {
    const kept = keptShape(x, attributes.axis);
    const count = x.size / util.sizeFromShape(kept);
    return spreadTo(reshape(mul(dy, 1 / count), kept), x.shape);
  }),
  extreme('Max'),
  extreme('Min'),
  fromInput('Cumsum', (dy, _, attributes) =>
    cumsum(
      dy,
      numberAttribute(attributes, 'axis'),
      booleanAttribute(attributes, 'exclusive'),
      !booleanAttribute(attributes, 'reverse'),
    ),
  ),
  {
    kernelName: 'Softmax',
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => {
      const y = savedAt(saved, 0);
      const weighted = mul(single(dy), y);
      return { logits: () => sub(weighted, mul(sum(weighted, numberAttribute(attributes, 'dim'), true), y)) };
    },
  },
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, attributes) => {
      const [a, b] = [savedAt(saved, 0), savedAt(saved, 1)];
      const transA = booleanAttribute(attributes, 'transposeA');
      const transB = booleanAttribute(attributes, 'transposeB');
      const given = single(dy);
      return {
        a: () => sumTo(transA ? matMul(b, given, transB, true) : matMul(given, b, false, !transB), a.shape),
        b: () => sumTo(transB ? matMul(given, a, true, transA) : matMul(a, given, !transA, false), b.shape),
      };
    },
  },
  fromInput('Identity', (dy) => dy.clone()),
  fromInput('Reshape', (dy, x) => reshape(dy, x.shape)),
  {
    kernelName: 'ExpandDims',
    inputsToSave: ['input'],
    gradFunc: (dy, saved) => ({ input: () => reshape(single(dy), savedAt(saved, 0).shape) }),
  },
  {
    kernelName: 'Transpose',
    gradFunc: (dy, _, attributes) => {
      const perm = numbersAttribute(attributes, 'perm');
      const undone = perm.map((_, i) => perm.indexOf(i));
      return { x: () => transpose(single(dy), undone) };
    },
  },
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy, saved, attributes) => {
      const axis = util.parseAxisParam(numberAttribute(attributes, 'axis'), savedAt(saved, 0).shape)[0] ?? 0;
      const sizes = saved.map((each) => each.shape[axis] ?? 0);
      const parts = split(single(dy), sizes, axis);
      return Object.fromEntries(parts.map((part, i) => [String(i), () => part]));
    },
  },
  {
    kernelName: 'Pack',
    saveAllInputs: true,
    gradFunc: (dy, saved, attributes) => {
      const parts = unstack(single(dy), numberAttribute(attributes, 'axis'));
      return Object.fromEntries(saved.map((_, i) => [String(i), () => savedAt(parts, i)]));
    },
  },
  {
    kernelName: 'Unpack',
    gradFunc: (dy, _, attributes) => ({
      value: () => stack(listOf(dy), numberAttribute(attributes, 'axis')),
    }),
  },
  {
    kernelName: 'SplitV',
    gradFunc: (dy, _, attributes) => ({ x: () => concat(listOf(dy), numberAttribute(attributes, 'axis')) }),
  },
  {
    kernelName: 'PadV2',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const x = savedAt(saved, 0);
      const { paddings } = attributes;
      invariant(Array.isArray(paddings), 'paddings are pairs');
      const begin = paddings.map((pair) => (Array.isArray(pair) ? Number(pair[0]) : 0));
      return { x: () => slice(single(dy), begin, x.shape) };
    },
  },
  fromInput('Tile', (dy, x, attributes) => {
    const reps = numbersAttribute(attributes, 'reps');
    const parts = x.shape.flatMap((size, i) => [reps[i] ?? 1, size]);
    return sum(
      reshape(dy, parts),
      x.shape.map((_, i) => 2 * i),
    );
  }),
  {
    kernelName: 'Reverse',
    gradFunc: (dy, _, attributes) => ({
      x: () => reverse(single(dy), optionalNumbersAttribute(attributes, 'dims')),
    }),
  },
  {
    kernelName: 'UnsortedSegmentSum',
    inputsToSave: ['segmentIds'],
    gradFunc: (dy, saved, attributes) => {
      const ids = savedAt(saved, 0);
      const count = numberAttribute(attributes, 'numSegments');
      return { x: () => rowsOf(single(dy), ids, count), segmentIds: () => zeros(ids.shape) };
    },
  },
  {
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, saved, attributes) => {
      const [x, indices] = [savedAt(saved, 0), savedAt(saved, 1)];
      const axis = util.parseAxisParam(numberAttribute(attributes, 'axis'), x.shape)[0] ?? 0;
      return { x: () => scatterAdd(single(dy), indices, x, axis), indices: () => zeros(indices.shape) };
    },
  },
];

/** The segment’s gradient for each element of it; an element outside of all segments has none. */
function rowsOf(dy: Tensor, ids: Tensor, count: number): Tensor {
  const inner = dy.shape.slice(1);
  if (count === 0) return zeros([...ids.shape, ...inner]);
  const rows = gather(dy, minimum(maximum(ids, scalar(0, 'int32')), scalar(count - 1, 'int32')));
  if (rows.size === 0) return rows;
  const isInside = logicalAnd(greaterEqual(ids, scalar(0, 'int32')), less(ids, scalar(count, 'int32')));
  return where(reshape(isInside, [...ids.shape, ...inner.map(() => 1)]), rows, zerosLike(rows));
}

/** Adds rows of `dy` where they were gathered from: the axis goes first, segments are summed, the axis goes back. */
function scatterAdd(dy: Tensor, indices: Tensor, x: Tensor, axis: number): Tensor {
  const before = x.shape.slice(0, axis);
  const after = x.shape.slice(axis + 1);
  const flat = reshape(dy, [...before, indices.size, ...after]);
  const first = [axis, ...before.map((_, i) => i), ...after.map((_, i) => axis + 1 + i)];
  const summed = unsortedSegmentSum(
    transpose(flat, first),
    cast(reshape<Rank.R1>(indices, [indices.size]), 'int32'),
    x.shape[axis] ?? 0,
  );
  return transpose(
    summed,
    first.map((_, i) => first.indexOf(i)),
  );
}
