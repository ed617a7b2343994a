/**
 * An ONNX graph under construction: typed values of static shape, nodes in the order they were computed, constants
 * stored once however often they are used. Nodes that reach no output are dropped at the end. It does not know tfjs.
 *
 * Source: ONNX IR specification, version 10.
 */
import { invariant } from '../../errors/invariant.js';
import { orderFlattens } from './order-flattens.js';

/** Element types by their number in TensorProto.DataType. */
export const elementTypes = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** One tensor in the graph. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] };

export interface OnnxNode {
  readonly operator: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  /** Names; an empty one is an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxConstant extends OnnxValue {
  /** Little-endian bytes, as TensorProto.raw_data has them. */
  readonly data: Uint8Array;
}

/** A finished graph. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** A graph that also knows the form of every value in it, as only its builder does: nodes and files hold names alone. */
export interface TypedGraph extends OnnxGraph {
  /** Inputs, constants and results of nodes, by name. */
  readonly values: ReadonlyMap<string, OnnxValue>;
}

export interface EmitOptions {
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export class OnnxGraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants = new Map<string, OnnxConstant>();
  readonly #zeros = new Set<string>();
  readonly #inputs: OnnxValue[] = [];
  readonly #values = new Map<string, OnnxValue>();
  /** What a reshaped value was before, by name. */
  readonly #sources = new Map<string, OnnxValue>();
  readonly #reshaped = new Map<string, OnnxValue>();
  #count = 0;

  /** A value that is fed at run time. */
  input(name: string, type: ElementType, shape: readonly number[]): OnnxValue {
    const value = { name, type, shape: [...shape] };
    this.#inputs.push(value);
    this.#values.set(name, value);
    return value;
  }

  /** A constant; equal constants of the same shape become one. O(bytes). */
  constant(type: ElementType, shape: readonly number[], data: Uint8Array): OnnxValue {
    const key = `${type}[${shape.join()}]${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const made = { name: `c${this.#constants.size}`, type, shape: [...shape], data: data.slice() };
    this.#constants.set(key, made);
    this.#values.set(made.name, made);
    if (data.every((byte) => byte === 0)) this.#zeros.add(made.name);
    return made;
  }

  /** Whether a value is a constant of zeros only. */
  isZero(value: OnnxValue): boolean {
    return this.#zeros.has(value.name);
  }

  floats(values: readonly number[], shape: readonly number[] = []): OnnxValue {
    return this.constant('float', shape, new Uint8Array(Float32Array.from(values).buffer));
  }

  /** A list of whole numbers, as shapes, axes and repeats are given to operators. */
  int64s(values: readonly number[], shape: readonly number[] = [values.length]): OnnxValue {
    return this.constant('int64', shape, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  /**
   * The value in another shape of as many elements: of a reshape of a reshape one remains, and of one back to where it began none.
   * Values are never written to, so an alias is safe.
   */
  reshape(value: OnnxValue, shape: readonly number[]): OnnxValue {
    const source = this.#sources.get(value.name) ?? value;
    if (shape.length === source.shape.length && shape.every((size, i) => size === source.shape[i]))
      return source;
    const key = `${source.name}[${shape.join()}]`;
    const known = this.#reshaped.get(key);
    if (known !== undefined) return known;
    // A zero in the shape would mean "keep this size" without allowzero.
    const attributes = { allowzero: { int: 1 } };
    const output = { type: source.type, shape };
    const made = this.emit('Reshape', [source, this.int64s(shape)], output, { attributes });
    this.#sources.set(made.name, source);
    this.#reshaped.set(key, made);
    return made;
  }

  /** Appends a node of one output. */
  emit(
    operator: string,
    inputs: readonly (OnnxValue | undefined)[],
    output: { readonly type: ElementType; readonly shape: readonly number[] },
    options: EmitOptions = {},
  ): OnnxValue {
    const [only] = this.emitMany(operator, inputs, [output], options);
    invariant(only !== undefined, 'a node of one output has one output');
    return only;
  }

  /** Appends a node of several outputs. */
  emitMany(
    operator: string,
    inputs: readonly (OnnxValue | undefined)[],
    outputs: readonly { readonly type: ElementType; readonly shape: readonly number[] }[],
    options: EmitOptions = {},
  ): readonly OnnxValue[] {
    const values = outputs.map(({ type, shape }) => ({ name: `v${this.#count++}`, type, shape: [...shape] }));
    for (const value of values) this.#values.set(value.name, value);
    this.#nodes.push({
      operator,
      domain: options.domain ?? '',
      inputs: inputs.map((value) => value?.name ?? ''),
      outputs: values.map((value) => value.name),
      attributes: options.attributes ?? {},
    });
    return values;
  }

  /**
   * The graph of what `outputs` need, under the names given. O(nodes).
   *
   * An output that is an input or a constant, or that is asked for twice, passes through an Identity node, because
   * ONNX wants each output to be made by a node.
   */
  finish(outputs: readonly { readonly name: string; readonly value: OnnxValue }[]): TypedGraph {
    const named = outputs.map(({ name, value }) => {
      this.#nodes.push({
        operator: 'Identity',
        domain: '',
        inputs: [value.name],
        outputs: [name],
        attributes: {},
      });
      return { name, type: value.type, shape: value.shape };
    });
    const wanted = new Set(named.map((value) => value.name));
    const kept: OnnxNode[] = [];
    for (let i = this.#nodes.length - 1; i >= 0; i--) {
      const node = this.#nodes[i];
      if (node === undefined || !node.outputs.some((name) => wanted.has(name))) continue;
      kept.push(node);
      for (const name of node.inputs) wanted.add(name);
    }
    // Also results that nothing reads, of nodes that have several.
    const met = new Set(kept.flatMap(({ inputs, outputs: made }) => [...inputs, ...made]));
    const known = [...this.#values.values()].filter(({ name }) => met.has(name));
    return {
      nodes: orderFlattens(withoutIdentities(kept.reverse(), new Set(named.map((value) => value.name)))),
      constants: [...this.#constants.values()].filter((each) => wanted.has(each.name)),
      inputs: this.#inputs,
      outputs: named,
      values: new Map([...this.#inputs, ...known, ...named].map((value) => [value.name, value])),
    };
  }
}

/** Renames instead of copying where an Identity only gives a node's output its final name. */
function withoutIdentities(nodes: readonly OnnxNode[], outputs: ReadonlySet<string>): OnnxNode[] {
  const producers = new Set(nodes.flatMap((node) => (node.operator === 'Identity' ? [] : node.outputs)));
  const renamed = new Map<string, string>();
  const kept = nodes.filter((node) => {
    const [from] = node.inputs;
    const [to] = node.outputs;
    if (node.operator !== 'Identity' || from === undefined || to === undefined || !outputs.has(to))
      return true;
    if (!producers.has(from) || renamed.has(from)) return true;
    renamed.set(from, to);
    return false;
  });
  const rename = (name: string) => renamed.get(name) ?? name;
  return kept.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}
