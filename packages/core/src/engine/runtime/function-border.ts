/**
 * The border of a compiled function, the same for every engine: a tree of arrays and held tensors comes in as leaves, leaves go
 * back as the tree that the function described. What types promise about structure is checked here, once.
 */
import { invariant } from '../../errors/invariant.js';
import type { EngineTensor, Held } from '../engine.js';
import type { NdArray } from '../nd-array.js';
import { type FlatTree, flattenTree, hasStructure, type Structure, unflattenTree } from '../tree.js';

/** Whether a node of a tree is a tensor held by this engine. */
export type IsHeld<Tensor extends EngineTensor> = (node: unknown) => node is Tensor;

/** The leaves of the inputs of a call. */
export function flattenInputs<Tensor extends EngineTensor>(
  inputs: readonly unknown[],
  isHeld: IsHeld<Tensor>,
): FlatTree<NdArray | Tensor> {
  return flattenTree(inputs, (node) => isHeld(node) || isArray(node));
}

/** The inputs that a function declares, from leaves in the structure of a call. */
export function inputsFrom<Inputs extends readonly unknown[]>(
  structure: Structure,
  leaves: readonly unknown[],
): Inputs {
  const given = unflattenTree(structure, leaves);
  invariant(isList<Inputs>(given), 'the inputs of a function are a list');
  return given;
}

/** The output that a function declares, from held tensors in its structure. */
export function outputFrom<Output, Tensor extends EngineTensor>(
  structure: Structure,
  tensors: readonly Tensor[],
  isHeld: IsHeld<Tensor>,
): Held<Output> {
  const tree = unflattenTree(structure, tensors);
  invariant(
    isHeldTree<Output>(tree, structure, isHeld),
    'a compiled function keeps the structure of its output',
  );
  return tree;
}

function isArray(node: unknown): node is NdArray {
  return (
    typeof node === 'object' &&
    node !== null &&
    'data' in node &&
    'dtype' in node &&
    ArrayBuffer.isView(node.data)
  );
}

function isList<Inputs extends readonly unknown[]>(given: unknown): given is Inputs {
  return Array.isArray(given);
}

function isHeldTree<Output>(
  tree: unknown,
  structure: Structure,
  isHeld: (node: unknown) => boolean,
): tree is Held<Output> {
  return hasStructure(tree, structure, isHeld);
}
