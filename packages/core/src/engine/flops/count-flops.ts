/**
 * Floating-point operations of a function of tensors, counted over its traced graph: forward, gradients and updates alike, whatever
 * the function holds. Nothing is computed and no engine is needed. The convention stands in `operator-flops.ts`.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CompileOptions } from '../engine.js';
import type { TypedGraph } from '../onnx/onnx-graph.js';
import { inputsFrom } from '../runtime/function-border.js';
import { type InputForm, traceFunction } from '../trace/trace-function.js';
import { flattenTree, type WithLeaves } from '../tree.js';
import { operatorFlops } from './operator-flops.js';

/** Inputs of a function by shape and type alone; arrays will do, and their numbers are not read. */
export type Forms<Tree> = WithLeaves<Tree, Tensor, InputForm>;

export interface FlopCount {
  readonly total: number;
  /** Of every operator in the graph, those that only move data with 0. */
  readonly byOperator: Readonly<Record<string, number>>;
}

/**
 * The operations of one call of `fn` with inputs of these forms. O(operations of fn).
 *
 * @throws TesseraError TRACE_UNSUPPORTED, also for an operator without a rule; TRACE_VALUE_READ
 */
export function countFlops<Inputs extends readonly unknown[]>(
  fn: (...inputs: Inputs) => unknown,
  inputs: Forms<Inputs> & readonly unknown[],
  options: CompileOptions = {},
): FlopCount {
  const name = options.name ?? (fn.name === '' ? 'function' : fn.name);
  const { structure, leaves } = flattenTree(inputs, isForm);
  const { graph } = traceFunction(
    (...given) =>
      fn(...inputsFrom<Inputs>({ kind: 'list', items: given.map(() => ({ kind: 'leaf' })) }, given)),
    { structure, forms: leaves },
    name,
  );
  return graphFlops(graph, name);
}

/**
 * The operations of a graph, each node once. O(nodes).
 *
 * @param subject names the function in messages
 * @throws TesseraError TRACE_UNSUPPORTED for an operator without a rule
 */
export function graphFlops({ nodes, values }: TypedGraph, subject: string): FlopCount {
  const byOperator = new Map<string, number>();
  let total = 0;
  for (const node of nodes) {
    const flops = operatorFlops(node, values, subject);
    total += flops;
    byOperator.set(node.operator, (byOperator.get(node.operator) ?? 0) + flops);
  }
  return { total, byOperator: Object.fromEntries(byOperator) };
}

function isForm(node: unknown): node is InputForm {
  return (
    typeof node === 'object' &&
    node !== null &&
    'dtype' in node &&
    'shape' in node &&
    Array.isArray(node.shape)
  );
}
