/** Kernels that move, cut, join or repeat elements, and those that make constants. */
import { slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { invariant } from '../../../errors/invariant.js';
import { TesseraError } from '../../../errors/tessera-error.js';
import type { OnnxValue } from '../../onnx/onnx-graph.js';
import { filled } from '../filled.js';
import {
  numberAttribute,
  numbersAttribute,
  optionalNumbersAttribute,
  textAttribute,
} from '../kernel-attributes.js';
import { stridedSliceOf } from '../strided-slice.js';
import { inputList, inputOf, type KernelCall, type TraceKernel, type TraceKernels } from '../trace-kernel.js';
import { castTo, constantLike } from './elementwise.js';

function reshape({ backend }: KernelCall, x: TensorInfo, shape: readonly number[]): TensorInfo {
  return backend.wrap(backend.graph.reshape(backend.traced(x), shape));
}

function slice(
  call: KernelCall,
  x: TensorInfo,
  begin: readonly number[],
  counts: readonly number[],
  strides: readonly number[] = begin.map(() => 1),
) {
  const { graph } = call.backend;
  if (x.shape.length === 0) return call.backend.wrap(call.backend.traced(x));
  const end = begin.map((from, i) => {
    const past = from + (counts[i] ?? 0) * (strides[i] ?? 1);
    // ONNX counts a negative end from the last element, so "before the first" has to lie below every index.
    return past < 0 ? -(x.shape[i] ?? 0) - 1 : past;
  });
  const axes = begin.map((_, i) => i);
  return call.backend.emit('Slice', [x, ...[begin, end, axes, strides].map((each) => graph.int64s(each))], {
    shape: counts,
    dtype: x.dtype,
  });
}

/** Positions as the operators that ONNX Runtime implements for 64 bits only want them. */
function int64Of(call: KernelCall, x: TensorInfo): OnnxValue {
  const form = { type: 'int64', shape: x.shape } as const;
  return call.backend.graph.emit('Cast', [call.backend.traced(x)], form, { attributes: { to: { int: 7 } } });
}

const same: TraceKernel = (call) => call.backend.wrap(call.backend.traced(inputOf(call, 'x')));

export const shapeKernels: TraceKernels = {
  Identity: same,
  Reshape: (call) => {
    const x = inputOf(call, 'x');
    return reshape(
      call,
      x,
      util.inferFromImplicitShape(numbersAttribute(call.attributes, 'shape'), util.sizeFromShape(x.shape)),
    );
  },
  ExpandDims: (call) => {
    const x = inputOf(call, 'input');
    const dim = numberAttribute(call.attributes, 'dim');
    const at = dim < 0 ? x.shape.length + dim + 1 : dim;
    return reshape(call, x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
  },
  Transpose: (call) => {
    const x = inputOf(call, 'x');
    const perm = numbersAttribute(call.attributes, 'perm');
    const shape = perm.map((axis) => x.shape[axis] ?? 1);
    return call.backend.emit(
      'Transpose',
      [x],
      { shape, dtype: x.dtype },
      { attributes: { perm: { ints: perm } } },
    );
  },
  Concat: (call) => {
    const inputs = inputList(call);
    const first = inputs[0];
    invariant(first !== undefined, 'a concatenation has inputs');
    const axis = util.parseAxisParam(numberAttribute(call.attributes, 'axis'), first.shape)[0] ?? 0;
    const shape = [...first.shape];
    shape[axis] = inputs.reduce((sum, each) => sum + (each.shape[axis] ?? 0), 0);
    return call.backend.emit(
      'Concat',
      inputs,
      { shape, dtype: first.dtype },
      { attributes: { axis: { int: axis } } },
    );
  },
  Pack: (call) => {
    const inputs = inputList(call);
    const first = inputs[0];
    invariant(first !== undefined, 'a stack has inputs');
    const dim = numberAttribute(call.attributes, 'axis');
    const axis = dim < 0 ? first.shape.length + 1 + dim : dim;
    const expanded = inputs.map((each) =>
      reshape(call, each, [...each.shape.slice(0, axis), 1, ...each.shape.slice(axis)]),
    );
    const shape = [...first.shape.slice(0, axis), inputs.length, ...first.shape.slice(axis)];
    return call.backend.emit(
      'Concat',
      expanded,
      { shape, dtype: first.dtype },
      { attributes: { axis: { int: axis } } },
    );
  },
  Unpack: (call) => {
    const x = inputOf(call, 'value');
    const axis = util.parseAxisParam(numberAttribute(call.attributes, 'axis'), x.shape)[0] ?? 0;
    return Array.from({ length: x.shape[axis] ?? 0 }, (_, i) => {
      const begin = x.shape.map((_, d) => (d === axis ? i : 0));
      const counts = x.shape.map((size, d) => (d === axis ? 1 : size));
      return reshape(
        call,
        slice(call, x, begin, counts),
        x.shape.filter((_, d) => d !== axis),
      );
    });
  },
  Slice: (call) => {
    const x = inputOf(call, 'x');
    const [begin, size] = slice_util.parseSliceParams(
      x,
      numbersAttribute(call.attributes, 'begin'),
      optionalNumbersAttribute(call.attributes, 'size'),
    );
    return slice(call, x, begin, size);
  },
  SplitV: (call) => {
    const x = inputOf(call, 'x');
    const axis = util.parseAxisParam(numberAttribute(call.attributes, 'axis'), x.shape)[0] ?? 0;
    const given = numbersAttribute(call.attributes, 'numOrSizeSplits');
    const total = x.shape[axis] ?? 0;
    const sizes =
      typeof call.attributes.numOrSizeSplits === 'number'
        ? Array<number>(given[0] ?? 1).fill(total / (given[0] ?? 1))
        : given;
    const { backend } = call;
    const type = backend.traced(x).type;
    const outputs = sizes.map((size) => ({
      type,
      shape: x.shape.map((old, d) => (d === axis ? size : old)),
    }));
    const attributes = { axis: { int: axis } };
    return backend.graph
      .emitMany('Split', [backend.traced(x), backend.graph.int64s(sizes)], outputs, { attributes })
      .map((value) => backend.wrap(value));
  },
  PadV2: (call) => {
    const x = inputOf(call, 'x');
    const paddings = pairs(call.attributes.paddings);
    const shape = x.shape.map((size, i) => size + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    const value = constantLike(call, x, numberAttribute(call.attributes, 'constantValue'));
    return call.backend.emit('Pad', [x, call.backend.graph.int64s(pads), value], { shape, dtype: x.dtype });
  },
  Tile: (call) => {
    const x = inputOf(call, 'x');
    const reps = numbersAttribute(call.attributes, 'reps');
    const shape = x.shape.map((size, i) => size * (reps[i] ?? 1));
    return call.backend.emit('Tile', [x, call.backend.graph.int64s(reps)], { shape, dtype: x.dtype });
  },
  Reverse: (call) => {
    const x = inputOf(call, 'x');
    const { graph } = call.backend;
    const dims = optionalNumbersAttribute(call.attributes, 'dims') ?? x.shape.map((_, axis) => axis);
    const axes = util.parseAxisParam(dims, x.shape);
    const begin = axes.map(() => -1);
    // ONNX ends before this index, so the first element needs an end below every index.
    const end = axes.map((axis) => -(x.shape[axis] ?? 0) - 1);
    return call.backend.emit('Slice', [x, ...[begin, end, axes, begin].map((each) => graph.int64s(each))], x);
  },
  GatherV2: (call) => {
    const x = inputOf(call, 'x');
    const indices = inputOf(call, 'indices');
    if (numberAttribute(call.attributes, 'batchDims') !== 0)
      throw unsupported(call, 'gather over batch dimensions');
    const axis = util.parseAxisParam(numberAttribute(call.attributes, 'axis'), x.shape)[0] ?? 0;
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return call.backend.emit(
      'Gather',
      [x, indices],
      { shape, dtype: x.dtype },
      { attributes: { axis: { int: axis } } },
    );
  },
  UnsortedSegmentSum: (call) => {
    const { backend } = call;
    const [x, segments] = [inputOf(call, 'x'), inputOf(call, 'segmentIds')];
    const count = numberAttribute(call.attributes, 'numSegments');
    const inner = x.shape.slice(segments.shape.length);
    // What lies in no segment goes to one more, which is cut off again: ONNX would count a negative one from the end.
    const beyond = constantLike(call, segments, count);
    const truth = { shape: segments.shape, dtype: 'bool' } as const;
    const isInside = backend.emit(
      'And',
      [
        backend.emit('GreaterOrEqual', [segments, constantLike(call, segments, 0)], truth),
        backend.emit('Less', [segments, beyond], truth),
      ],
      truth,
    );
    const kept = backend.emit('Where', [isInside, segments, beyond], segments);
    const rows = int64Of(call, reshape(call, kept, [...segments.shape, 1]));
    const form = { shape: [count + 1, ...inner], dtype: x.dtype };
    const zeros = filled(call.backend, form.shape, x.dtype, 0);
    const sums = backend.emit('ScatterND', [zeros, rows, x], form, {
      attributes: { reduction: { text: 'add' } },
    });
    return slice(
      call,
      sums,
      form.shape.map(() => 0),
      [count, ...inner],
    );
  },
  ZerosLike: (call) => filled(call.backend, inputOf(call, 'x').shape, inputOf(call, 'x').dtype, 0),
  OnesLike: (call) => filled(call.backend, inputOf(call, 'x').shape, inputOf(call, 'x').dtype, 1),
  Fill: (call) => {
    const dtype = textAttribute(call.attributes, 'dtype');
    const shape = numbersAttribute(call.attributes, 'shape');
    const value = Number(call.attributes.value);
    return filled(call.backend, shape, dtype === 'int32' || dtype === 'bool' ? dtype : 'float32', value);
  },
  Range: (call) => {
    const [start, stop, step] = ['start', 'stop', 'step'].map((name) =>
      numberAttribute(call.attributes, name),
    );
    invariant(start !== undefined && stop !== undefined && step !== undefined, 'a range has three numbers');
    const values = Float32Array.from(
      { length: Math.max(0, Math.ceil((stop - start) / step)) },
      (_, i) => start + i * step,
    );
    const dtype = textAttribute(call.attributes, 'dtype') === 'int32' ? 'int32' : 'float32';
    return { dataId: call.backend.write(values, [values.length], dtype), shape: [values.length], dtype };
  },
  AddN: (call) => {
    const [first, ...rest] = inputList(call);
    invariant(first !== undefined, 'a sum of tensors has inputs');
    if (first.dtype === 'float32') return call.backend.emit('Sum', [first, ...rest], first);
    // ONNX sums lists of float32 only.
    const sum = rest.reduce((total, each) => call.backend.emit('Add', [total, each], first), first);
    return call.backend.wrap(call.backend.traced(sum));
  },
  OneHot: (call) => {
    const indices = inputOf(call, 'indices');
    const depth = numberAttribute(call.attributes, 'depth');
    const { graph } = call.backend;
    const values = graph.floats(
      [numberAttribute(call.attributes, 'offValue'), numberAttribute(call.attributes, 'onValue')],
      [2],
    );
    // A row of indices, because ONNX takes no single one; and -1 as one past the last, because ONNX counts it from the end.
    const row = reshape(call, indices, [util.sizeFromShape(indices.shape)]);
    const isBelow = call.backend.emit('Less', [row, constantLike(call, row, 0)], { ...row, dtype: 'bool' });
    const kept = call.backend.emit('Where', [isBelow, constantLike(call, row, depth), row], row);
    const flat = call.backend.emit('OneHot', [int64Of(call, kept), graph.int64s([depth], []), values], {
      shape: [...row.shape, depth],
      dtype: 'float32',
    });
    const hot = reshape(call, flat, [...indices.shape, depth]);
    return textAttribute(call.attributes, 'dtype') === 'float32' ? hot : castTo(call, hot, 'int32');
  },
  StridedSlice: (call) => {
    const x = inputOf(call, 'x');
    const { begin, strides, counts, shape } = stridedSliceOf(call.attributes, x.shape);
    return reshape(call, slice(call, x, begin, counts, strides), shape);
  },
};

function pairs(paddings: unknown): (readonly [number, number])[] {
  invariant(Array.isArray(paddings), 'paddings are pairs');
  return paddings.map((pair: unknown) => {
    invariant(Array.isArray(pair), 'paddings are pairs');
    return [Number(pair[0]), Number(pair[1])];
  });
}

function unsupported(call: KernelCall, what: string): TesseraError {
  return new TesseraError({
    code: 'TRACE_UNSUPPORTED',
    argument: `function "${call.backend.subject}"`,
    expected: 'operations that have an ONNX form',
    found: what,
    wayOut: 'Write it with slices, reshapes and products',
  });
}
