/**
 * Nested records and lists whose leaves are arrays or tensors: what compiled functions take and give. A structure
 * describes such a tree without its leaves, so that leaves can be fed in a flat list and put back.
 */
import { invariant } from '../errors/invariant.js';

export type Structure =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'list'; readonly items: readonly Structure[] }
  | { readonly kind: 'record'; readonly names: readonly string[]; readonly items: readonly Structure[] };

/** The type of a tree with every leaf of one type replaced by another. */
export type WithLeaves<Tree, From, To> = Tree extends From
  ? To
  : { readonly [Name in keyof Tree]: WithLeaves<Tree[Name], From, To> };

export interface FlatTree<Leaf> {
  readonly structure: Structure;
  /** Leaves in order of the structure. */
  readonly leaves: readonly Leaf[];
  /** Path of each leaf, e.g. `0.weights.bias`; empty for a tree that is a leaf. */
  readonly paths: readonly string[];
}

/** The leaves of a tree; `isLeaf` tells them from records and lists. O(leaves). */
export function flattenTree<Leaf>(tree: unknown, isLeaf: (node: unknown) => node is Leaf): FlatTree<Leaf> {
  const leaves: Leaf[] = [];
  const paths: string[] = [];
  const visit = (node: unknown, path: readonly string[]): Structure => {
    if (isLeaf(node)) {
      leaves.push(node);
      paths.push(path.join('.'));
      return { kind: 'leaf' };
    }
    invariant(
      typeof node === 'object' && node !== null,
      `a tree holds arrays, records and lists, at "${path.join('.')}"`,
    );
    if (Array.isArray(node))
      return { kind: 'list', items: node.map((item, i) => visit(item, [...path, String(i)])) };
    const names = Object.keys(node);
    return {
      kind: 'record',
      names,
      items: names.map((name) => visit(Reflect.get(node, name), [...path, name])),
    };
  };
  return { structure: visit(tree, []), leaves, paths };
}

/** The tree of a structure with these leaves. O(leaves). */
export function unflattenTree<Leaf>(structure: Structure, leaves: readonly Leaf[]): unknown {
  let next = 0;
  const build = (part: Structure): unknown => {
    switch (part.kind) {
      case 'leaf': {
        invariant(next < leaves.length, 'a structure has as many leaves as it is given');
        return leaves[next++];
      }
      case 'list':
        return part.items.map(build);
      case 'record':
        return Object.fromEntries(part.items.map((item, i) => [part.names[i] ?? '', build(item)]));
    }
  };
  return build(structure);
}

/** Whether a tree has exactly this structure, with leaves that `isLeaf` accepts. */
export function hasStructure(
  tree: unknown,
  structure: Structure,
  isLeaf: (node: unknown) => boolean,
): boolean {
  if (structure.kind === 'leaf') return isLeaf(tree);
  if (typeof tree !== 'object' || tree === null) return false;
  if (structure.kind === 'list') {
    if (!Array.isArray(tree) || tree.length !== structure.items.length) return false;
    return structure.items.every((item, i) => hasStructure(tree[i], item, isLeaf));
  }
  return structure.items.every((item, i) =>
    hasStructure(Reflect.get(tree, structure.names[i] ?? ''), item, isLeaf),
  );
}
