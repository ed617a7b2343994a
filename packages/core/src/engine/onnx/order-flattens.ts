/**
 * Places the reshapes that feed a wide concatenation right before it, the latest result first.
 *
 * ONNX Runtime walks back from the outputs and, at a node of many inputs, follows the producer of the highest index first. The
 * gradients of a training step meet in one concatenation; in the order of their making, the walk would reach the
 * deepest gradient first and leave all weight gradients to the end, when what they multiply has left the cache
 * (measured: 0.3 against 0.2 ms for 4096 x 64 by 64). Reversed, each is computed as soon as it can be.
 */
import type { OnnxNode } from './onnx-graph.js';

/** Fewer inputs than this are not worth reordering. */
const wide = 8;

/** The same nodes in another valid order. O(nodes + inputs). */
export function orderFlattens(nodes: readonly OnnxNode[]): readonly OnnxNode[] {
  const producer = new Map(
    nodes.flatMap((node, index) => node.outputs.map((name) => [name, index] as const)),
  );
  const uses = new Map<string, number>();
  for (const node of nodes) for (const name of node.inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  const moved = new Map<OnnxNode, readonly OnnxNode[]>();
  const movedNodes = new Set<OnnxNode>();
  for (const node of nodes) {
    if (node.operator !== 'Concat' || node.inputs.length < wide) continue;
    const flattens = node.inputs
      .filter((name) => uses.get(name) === 1)
      .map((name) => nodes[producer.get(name) ?? -1])
      .filter((each) => each !== undefined && each.operator === 'Reshape');
    const madeAt = (each: OnnxNode) => producer.get(each.inputs[0] ?? '') ?? -1;
    const latestLast = flattens.sort((a, b) => madeAt(b) - madeAt(a));
    moved.set(node, latestLast);
    for (const each of latestLast) movedNodes.add(each);
  }
  return nodes.flatMap((node) => {
    if (movedNodes.has(node)) return [];
    return [...(moved.get(node) ?? []), node];
  });
}
