/**
 * Patches of a window as pieces of a fixed number of responses, and pieces as a tree, so that the maximum over patches of any length
 * is one product of matrices and a few maxima over a fixed axis.
 *
 * A response belongs to the step at which its kernel starts, so that an event belongs to the patch in which it begins. Near the end of
 * a patch it reads up to kernel - 1 steps of the next; beyond the window there is nothing observed. Responses lie `stride` steps apart
 * from the start of the patch. Work and memory grow with L, not with N times the longest patch: N + (L - N) / 8 pieces are enough for
 * any N patches.
 */
import { type NdArray, ndArray } from '@tessera/core/engine';
import type { CutWindows } from './cut-windows.js';
import type { PatchConvolution } from './embedding-config.js';

/** Responses of a piece, and children of a node of the tree: three levels reach 512 responses. */
export const pieceLength = 8;

/** Steps that the responses of one piece read. */
export function pieceSpan({ kernel, stride }: PatchConvolution): number {
  return (pieceLength - 1) * stride + kernel;
}

/** Numbers of one piece: values, which were observed, and which of its responses lie outside of the patch. */
export function pieceSize(convolution: PatchConvolution): number {
  return 2 * pieceSpan(convolution) + pieceLength;
}

/** Nodes of a window on each level of the tree, the pieces first, the patches last. */
export function levelSizes(lookback: number, maxPatches: number, stride: number): number[] {
  // Each patch takes one node, and one more for every `by` of the level before beyond its first.
  const shortened = (nodes: number, by: number) =>
    maxPatches + Math.max(0, Math.floor((nodes - maxPatches) / by));
  const sizes: number[] = [];
  let nodes = shortened(lookback, stride);
  let longest = Math.ceil(lookback / stride);
  do {
    nodes = shortened(nodes, pieceLength);
    longest = Math.ceil(longest / pieceLength);
    sizes.push(longest === 1 ? maxPatches : nodes);
  } while (longest > 1);
  return sizes;
}

/**
 * `pieces` `[B, S, size]`; `patchOfPiece` `[B, S]`; and for each further level `children<i>` `[B, S_i, 8]`, places of the level before
 * within the window, the last repeated where there are fewer. O(B L (kernel + 8 stride) / (8 stride)).
 */
export function convolutionPieces(
  windows: CutWindows,
  convolution: PatchConvolution,
): Record<string, NdArray> {
  const { batch, lookback, maxPatches, counts } = windows;
  const sizes = levelSizes(lookback, maxPatches, convolution.stride);
  const [count] = sizes;
  const size = pieceSize(convolution);
  const pieces = new Float32Array(batch * count * size);
  const patchOfPiece = new Int32Array(batch * count);
  const levels = sizes.slice(1).map((nodes) => new Int32Array(batch * nodes * pieceLength));
  // Nodes of each patch on the level at hand.
  const nodes = new Int32Array(maxPatches);
  for (let row = 0; row < batch; row++) {
    cutRow(windows, convolution, row, count, pieces, patchOfPiece, nodes);
    for (const [i, children] of levels.entries())
      joinRow(children, row * sizes[i + 1] * pieceLength, counts[row], nodes);
  }
  return {
    pieces: ndArray(pieces, [batch, count, size]),
    patchOfPiece: ndArray(patchOfPiece, [batch, count]),
    ...Object.fromEntries(
      levels.map((children, i) => [
        `children${i + 1}`,
        ndArray(children, [batch, sizes[i + 1], pieceLength]),
      ]),
    ),
  };
}

/** Cuts the patches of one window into pieces. */
function cutRow(
  { lookback, maxPatches, values, mask, starts, ends, counts }: CutWindows,
  convolution: PatchConvolution,
  row: number,
  count: number,
  pieces: Float32Array,
  patchOfPiece: Int32Array,
  nodes: Int32Array,
): void {
  const { stride } = convolution;
  const span = pieceSpan(convolution);
  const size = pieceSize(convolution);
  let piece = row * count;
  for (let patch = 0; patch < counts[row]; patch++) {
    const end = ends[row * maxPatches + patch];
    const first = piece;
    for (let start = starts[row * maxPatches + patch]; start < end; start += pieceLength * stride) {
      const at = piece * size;
      const steps = Math.min(span, lookback - start);
      for (let i = 0; i < steps; i++) {
        const t = row * lookback + start + i;
        if (mask[t] === 0) continue;
        pieces[at + i] = values[t];
        pieces[at + span + i] = 1;
      }
      const responses = Math.ceil((end - start) / stride);
      if (responses < pieceLength) pieces.fill(1, at + 2 * span + responses, at + size);
      patchOfPiece[piece] = patch;
      piece += 1;
    }
    nodes[patch] = piece - first;
  }
  // Pieces that no patch needs have no response that counts.
  for (; piece < (row + 1) * count; piece++) pieces.fill(1, piece * size + 2 * span, (piece + 1) * size);
}

/** Joins the nodes of each patch of one window; `nodes` becomes the number of joined ones. */
function joinRow(children: Int32Array, offset: number, patches: number, nodes: Int32Array): void {
  let at = offset;
  let before = 0;
  for (let patch = 0; patch < patches; patch++) {
    const last = before + nodes[patch] - 1;
    const joined = Math.ceil(nodes[patch] / pieceLength);
    for (let i = 0; i < joined * pieceLength; i++) children[at++] = Math.min(before + i, last);
    before = last + 1;
    nodes[patch] = joined;
  }
}
