/**
 * The parameters of a model as one flat vector with named places in it. A flat vector crosses into the engine as one input,
 * is updated by one chain of operations and saved as it is; names and shapes live outside of it.
 */
import { reshape, split, type Tensor } from '@tensorflow/tfjs-core';
import { TesseraError } from '../../errors/tessera-error.js';
import { foldIn, type Key, RandomStream } from '../../random/key.js';

/** How a parameter begins. */
export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly deviation: number }
  /** Uniform within +-limit. */
  | { readonly kind: 'uniform'; readonly limit: number };

export interface ParamEntry {
  /** Names of scopes and parameter, joined by dots, e.g. `block0.attention.query`. */
  readonly path: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** First element in the flat vector. */
  readonly offset: number;
  readonly size: number;
}

/** Collects the parameters that a model has, scope by scope. */
export interface ParamPlan {
  add(name: string, shape: readonly number[], initializer: Initializer): void;
  scope(name: string): ParamPlan;
}

/** The parameters of one scope, as tensors. */
export interface Params {
  tensor(name: string): Tensor;
  scope(name: string): Params;
}

export interface ParamLayout {
  readonly entries: readonly ParamEntry[];
  /** Elements of the flat vector. */
  readonly size: number;
}

/** The layout that `plan` asks for, in the order it asks. @throws TesseraError PARAMS_INVALID for a path used twice */
export function planParams(plan: (root: ParamPlan) => void): ParamLayout {
  const entries: ParamEntry[] = [];
  const paths = new Set<string>();
  let offset = 0;
  const planIn = (prefix: string): ParamPlan => ({
    add: (name, shape, initializer) => {
      const path = prefix + name;
      if (paths.has(path)) throw paramError('distinct paths', `"${path}" twice`);
      paths.add(path);
      const size = shape.reduce((product, each) => product * each, 1);
      entries.push({ path, shape: [...shape], initializer, offset, size });
      offset += size;
    },
    scope: (name) => planIn(`${prefix}${name}.`),
  });
  plan(planIn(''));
  return { entries, size: offset };
}

/** Fresh parameters, shape `[size]`. Each depends on the key and its place only. */
export function initializeParams(layout: ParamLayout, key: Key): Float32Array {
  const flat = new Float32Array(layout.size);
  for (const [index, { initializer, offset, size }] of layout.entries.entries()) {
    const stream = new RandomStream(foldIn(key, index));
    for (let i = offset; i < offset + size; i++) flat[i] = draw(initializer, stream);
  }
  return flat;
}

function draw(initializer: Initializer, stream: RandomStream): number {
  switch (initializer.kind) {
    case 'constant':
      return initializer.value;
    case 'normal':
      return initializer.deviation * stream.normal();
    case 'uniform':
      return initializer.limit * (2 * stream.uniform() - 1);
  }
}

/** The tensors of a flat vector by name; one split for all. @param flat shape `[size]` */
export function readParams(layout: ParamLayout, flat: Tensor): Params {
  const sizes = layout.entries.map((entry) => entry.size);
  const parts = sizes.length > 1 ? split(flat, sizes) : [flat];
  const tensors = new Map(
    layout.entries.map(({ path, shape }, i) => {
      const part = parts[i] ?? flat;
      return [path, shape.length === 1 ? part : reshape(part, [...shape])];
    }),
  );
  const paramsIn = (prefix: string): Params => ({
    tensor: (name) => {
      const found = tensors.get(prefix + name);
      if (found === undefined) throw paramError('a path of the layout', `"${prefix}${name}"`);
      return found;
    },
    scope: (name) => paramsIn(`${prefix}${name}.`),
  });
  return paramsIn('');
}

/** One parameter’s numbers, sharing memory with the flat vector. @throws TesseraError PARAMS_INVALID for an unknown path */
export function paramValues(layout: ParamLayout, flat: Float32Array, path: string): Float32Array {
  const entry = layout.entries.find((each) => each.path === path);
  if (entry === undefined) throw paramError('a path of the layout', `"${path}"`);
  return flat.subarray(entry.offset, entry.offset + entry.size);
}

/** 1 where a parameter learns and 0 where its path is frozen, shape `[size]`. */
export function learningMask(layout: ParamLayout, isFrozen: (path: string) => boolean): Float32Array {
  const mask = new Float32Array(layout.size).fill(1);
  for (const { path, offset, size } of layout.entries)
    if (isFrozen(path)) mask.fill(0, offset, offset + size);
  return mask;
}

function paramError(expected: string, found: string): TesseraError {
  return new TesseraError({
    code: 'PARAMS_INVALID',
    argument: 'parameters',
    expected,
    found,
    wayOut: 'Use the layout that the model itself planned',
  });
}
