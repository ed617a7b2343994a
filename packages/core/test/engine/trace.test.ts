/** What tracing records: well-formed graphs that another reader understands, and errors that name what cannot be traced. */
import * as tf from '@tensorflow/tfjs-core';
import onnxProto from 'onnx-proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { ndArray } from '../../src/engine/nd-array.js';
import { encodeModel } from '../../src/engine/onnx/encode-model.js';
import type { OnnxGraph } from '../../src/engine/onnx/onnx-graph.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { traceFunction } from '../../src/engine/trace/trace-function.js';
import { applyBlock, type BlockConfig, planBlock } from '../../src/nn/layers/transformer.js';
import { planParams, readParams } from '../../src/nn/params/param-layout.js';
import { compositeCases, elementwiseCases, type OperationCase, structureCases } from './operations.js';

const { onnx } = onnxProto;

/** The graph of a function of float32 tensors. */
function graphOf(
  fn: (...inputs: tf.Tensor[]) => unknown,
  shapes: readonly (readonly number[])[],
  name = 'test',
) {
  const structure = { kind: 'list', items: shapes.map(() => ({ kind: 'leaf' }) as const) } as const;
  const forms = shapes.map((shape) => ({ shape, dtype: 'float32' as const }));
  const given = (...inputs: readonly unknown[]) => fn(...inputs.filter((each) => each instanceof tf.Tensor));
  return traceFunction(given, { structure, forms }, name).graph;
}

const config: BlockConfig = { width: 8, heads: 2, hidden: 12, norm: 'layer' };
const layout = planParams((plan) => {
  planBlock(plan.scope('one'), config);
  planBlock(plan.scope('two'), config);
});
/** Loss, gradient and one update of two transformer blocks: forward, backward and a wide concatenation. */
function step(flat: tf.Tensor, x: tf.Tensor) {
  const { value, grad } = tf.valueAndGrad((vector: tf.Tensor) => {
    const params = readParams(layout, vector);
    const y = applyBlock(params.scope('two'), applyBlock(params.scope('one'), x, config), config);
    return tf.mean(tf.square(y));
  })(flat);
  return { flat: tf.sub(flat, tf.mul(grad, 0.1)), again: x, loss: value };
}
const stepShapes = [[layout.size], [2, 4, 8]];

/** What is wrong with a graph by the rules of the ONNX checker. */
function faultsOf({ nodes, constants, inputs, outputs }: OnnxGraph): string[] {
  const faults: string[] = [];
  const known = new Set<string>();
  const used = new Set<string>();
  const define = (name: string) => {
    if (name === '') faults.push('a value without a name');
    if (known.has(name)) faults.push(`${name} is made twice`);
    known.add(name);
  };
  for (const { name } of [...inputs, ...constants]) define(name);
  for (const { operator, inputs: from, outputs: to } of nodes) {
    for (const name of from) {
      if (name !== '' && !known.has(name)) faults.push(`${operator} uses ${name} before it is made`);
      used.add(name);
    }
    for (const name of to) define(name);
  }
  const made = new Set(nodes.flatMap((node) => node.outputs));
  for (const { name } of outputs) {
    if (!made.has(name)) faults.push(`output ${name} is made by no node`);
    used.add(name);
  }
  for (const { name } of constants) if (!used.has(name)) faults.push(`constant ${name} is not used`);
  for (const node of nodes) {
    if (!node.outputs.some((name) => used.has(name)))
      faults.push(`${node.operator} ${node.outputs} is not used`);
  }
  return faults;
}

const scalarOf = (y: tf.Tensor) => tf.sum(tf.square(tf.cast(y, 'float32')));
const cases: readonly OperationCase[] = [...elementwiseCases, ...structureCases, ...compositeCases];

describe('a traced graph', () => {
  it('that is broken would be found out', () => {
    const graph = graphOf(step, stepShapes);
    const turned = { ...graph, nodes: [...graph.nodes].reverse() };
    expect(faultsOf(turned).some((fault) => fault.includes('before it is made'))).toBe(true);
    expect(faultsOf({ ...graph, nodes: [...graph.nodes, ...graph.nodes] })).toContain('out0 is made twice');
    expect(faultsOf({ ...graph, nodes: [] })).toContain('output out0 is made by no node');
    const [first] = graph.outputs;
    const more = [{ ...first, name: 'c' }].map((each) => ({ ...each, data: new Uint8Array(4) }));
    expect(faultsOf({ ...graph, constants: [...graph.constants, ...more] })).toEqual([
      'constant c is not used',
    ]);
  });

  it.each(cases)('is in order, without dangling, doubled or unused names: $name', ({ name, fn, shapes }) => {
    expect(faultsOf(graphOf(fn, shapes, name))).toEqual([]);
  });

  it.each(cases.filter(({ smooth }) => smooth !== false))(
    'with its gradient is in order too: $name',
    ({ name, fn, shapes }) => {
      const slopes = (...inputs: tf.Tensor[]) =>
        tf.grads((...given: tf.Tensor[]) => scalarOf(fn(...given)))(inputs);
      expect(faultsOf(graphOf(slopes, shapes, name))).toEqual([]);
    },
  );

  it('of a training step is in order', () => {
    const graph = graphOf(step, stepShapes);
    expect(graph.nodes.length).toBeGreaterThan(100);
    expect(faultsOf(graph)).toEqual([]);
  });

  it('gives an input, a constant and one value twice as outputs of their own', () => {
    const graph = graphOf(
      (x) => {
        const y = tf.exp(x);
        return [x, y, y, tf.scalar(3)];
      },
      [[2]],
    );
    expect(faultsOf(graph)).toEqual([]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['out0', 'out1', 'out2', 'out3']);
    expect(graph.nodes.filter(({ operator }) => operator === 'Exp')).toHaveLength(1);
  });

  it('holds an equal constant once and drops what nobody asked for', () => {
    const graph = graphOf(
      (x) => {
        tf.sin(tf.mul(x, tf.tensor1d([5, 6])));
        return tf.add(tf.mul(x, tf.tensor1d([1, 2])), tf.tensor1d([1, 2]));
      },
      [[2]],
    );
    expect(graph.constants).toHaveLength(1);
    expect(graph.nodes.map(({ operator }) => operator)).toEqual(['Mul', 'Add']);
  });

  it('is the same for the same function', () => {
    expect(encodeModel(graphOf(step, stepShapes), { name: 'a' })).toEqual(
      encodeModel(graphOf(step, stepShapes), { name: 'a' }),
    );
  });

  it('has gradients of its own, and leaves those of the host program as they were', () => {
    const ours = tf.getGradient('Sin');
    const theirs: tf.GradConfig = {
      kernelName: 'Sin',
      gradFunc: () => ({ x: () => tf.zeros([2]) }),
    };
    tf.registerGradient(theirs);
    const graph = graphOf(
      tf.grad((x: tf.Tensor) => tf.sin(x)),
      [[2]],
    );
    expect(graph.nodes.map(({ operator }) => operator)).toContain('Cos');
    expect(tf.getGradient('Sin')).toBe(theirs);
    tf.registerGradient(ours);
  });

  it('leaves no tensor behind', () => {
    const before = tf.engine().state.numTensors;
    graphOf(step, stepShapes);
    expect(tf.engine().state.numTensors).toBe(before);
  });
});

describe('an encoded model', () => {
  const graph = graphOf(step, stepShapes);
  const model = onnx.ModelProto.decode(
    encodeModel(graph, { name: 'step', metadata: { config: '{"width": 8}', note: 'é' } }),
  );
  const decoded = onnx.GraphProto.create(model.graph ?? {});

  it('says what it is', () => {
    expect(Number(model.irVersion)).toBe(10);
    expect(model.producerName).toBe('tessera');
    expect(model.opsetImport.map(({ domain, version }) => [domain ?? '', Number(version)])).toEqual([
      ['', 21],
      ['com.microsoft', 1],
    ]);
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([
      ['config', '{"width": 8}'],
      ['note', 'é'],
    ]);
    expect(decoded.name).toBe('step');
  });

  it('holds the nodes of the graph', () => {
    expect(
      decoded.node?.map(({ opType, domain, input, output }) => ({
        operator: opType,
        domain: domain ?? '',
        inputs: input,
        outputs: output,
      })),
    ).toEqual(
      graph.nodes.map(({ operator, domain, inputs, outputs }) => ({ operator, domain, inputs, outputs })),
    );
  });

  it('holds their attributes', () => {
    const attributes = decoded.node?.map(({ attribute }) =>
      Object.fromEntries(
        (attribute ?? []).map(({ name, type, f, i, s, ints, floats }) => {
          switch (type) {
            case 1:
              return [name, { float: f }];
            case 2:
              return [name, { int: Number(i) }];
            case 3:
              return [name, { text: new TextDecoder().decode(s ?? new Uint8Array()) }];
            case 6:
              return [name, { floats }];
            default:
              return [name, { ints: ints?.map(Number) }];
          }
        }),
      ),
    );
    const expected = graph.nodes.map(({ attributes: each }) =>
      Object.fromEntries(
        Object.entries(each).map(([name, value]) => [
          name,
          'float' in value ? { float: Math.fround(value.float) } : value,
        ]),
      ),
    );
    expect(attributes).toEqual(expected);
  });

  it('holds every constant, input and output', () => {
    expect(
      decoded.initializer?.map(({ name, dims, rawData }) => ({
        name,
        shape: dims?.map(Number),
        data: Uint8Array.from(rawData ?? []),
      })),
    ).toEqual(graph.constants.map(({ name, shape, data }) => ({ name, shape, data })));
    const sizes = decoded.input?.map(({ name, type }) => ({
      name,
      type: type?.tensorType?.elemType,
      shape: type?.tensorType?.shape?.dim?.map(({ dimValue }) => Number(dimValue)),
    }));
    expect(sizes).toEqual([
      { name: 'in0', type: 1, shape: stepShapes[0] },
      { name: 'in1', type: 1, shape: stepShapes[1] },
    ]);
    expect(decoded.output?.map(({ name }) => name)).toEqual(['out0', 'out1', 'out2']);
  });

  it('holds negative, large and empty numbers', () => {
    const odd: OnnxGraph = {
      nodes: [
        {
          operator: 'Odd',
          domain: 'test',
          inputs: ['', 'x'],
          outputs: ['y'],
          attributes: {
            ints: { ints: [-1, 0, 2 ** 40, -(2 ** 40)] },
            floats: { floats: [-0.5, 3e38] },
            none: { ints: [] },
            text: { text: 'ß' },
          },
        },
      ],
      constants: [{ name: 'c', type: 'int64', shape: [0], data: new Uint8Array(0) }],
      inputs: [{ name: 'x', type: 'bool', shape: [] }],
      outputs: [{ name: 'y', type: 'float', shape: [] }],
    };
    const node = onnx.ModelProto.decode(encodeModel(odd, { name: '' })).graph?.node?.[0];
    expect(node?.input).toEqual(['', 'x']);
    expect(node?.attribute?.[0]?.ints?.map(Number)).toEqual([-1, 0, 2 ** 40, -(2 ** 40)]);
    expect(node?.attribute?.[1]?.floats).toEqual([-0.5, Math.fround(3e38)]);
    expect(node?.attribute?.[2]?.ints).toEqual([]);
    expect(new TextDecoder().decode(node?.attribute?.[3]?.s ?? new Uint8Array())).toBe('ß');
  });
});

describe('what cannot be traced', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('onnxruntime');
  });
  afterAll(() => engine.dispose());
  const x = ndArray(Float32Array.of(3, 1, 2, 5));
  const named = 'expected operations that have an ONNX form and a gradient where one is asked for, found';

  it('is named with its kernel and function', async () => {
    const compiled = engine.compile((given: tf.Tensor) => tf.topk(given, 2).values, { name: 'largest' });
    await expect(compiled(x)).rejects.toThrow(
      `TRACE_UNSUPPORTED: function "largest": ${named} TopK, which has no ONNX form. Express it by other operations.`,
    );
  });

  it('is named where only the gradient is missing', async () => {
    const slope = tf.grad((given: tf.Tensor) => tf.cast(tf.argMax(given), 'float32'));
    await expect(engine.compile(slope, { name: 'chain' })(x)).rejects.toThrow(
      `TRACE_UNSUPPORTED: function "chain": ${named} ArgMax, which has no gradient.`,
    );
  });

  it('is a read of values', async () => {
    const compiled = engine.compile((given: tf.Tensor) => (given.dataSync()[0] > 0 ? given : tf.neg(given)), {
      name: 'branch',
    });
    await expect(compiled(x)).rejects.toThrow(
      'TRACE_VALUE_READ: function "branch": expected computation that does not look at its own numbers, found a read of a tensor’s values while tracing. Return the tensor and read it outside, or give the number as an argument.',
    );
  });

  it.each([
    ['text', () => tf.tensor(['a', 'b']), 'string'],
    ['complex numbers', () => tf.complex([1], [2]), 'Complex'],
    [
      'gathers window by window',
      () => tf.gather(tf.zeros([2, 3]), tf.tensor2d([[0], [1]], [2, 1], 'int32'), 1, 1),
      'gather over batch dimensions',
    ],
  ])('is %s', async (_, fn, found) => {
    await expect(engine.compile(fn)()).rejects.toMatchObject({
      code: 'TRACE_UNSUPPORTED',
      found: expect.stringContaining(found),
    });
  });

  it('leaves the engine, the backend and the tensors of tfjs as they were', async () => {
    const reference = await openEngine('cpu');
    const [backend, tensors] = [tf.getBackend(), tf.memory().numTensors];
    for (const fn of [
      (given: tf.Tensor) => tf.topk(given, 2).values,
      (given: tf.Tensor) => tf.tensor(given.arraySync()),
    ]) {
      await expect(engine.compile(fn)(x)).rejects.toThrow(/TRACE_/);
    }
    expect(tf.getBackend()).toBe(backend);
    expect(tf.memory().numTensors).toBe(tensors);
    const held = await engine.compile((given: tf.Tensor) => tf.mul(given, 2))(x);
    expect(Array.from((await held.read()).data)).toEqual([6, 2, 4, 10]);
    held.dispose();
    reference.dispose();
  });

  it('throws the error of a function as it is', async () => {
    const error = new Error('mine');
    const compiled = engine.compile(() => {
      throw error;
    });
    await expect(compiled()).rejects.toBe(error);
  });
});
