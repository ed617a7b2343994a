/**
 * Windows together with the patches that a policy gave them: what stands between a policy, which sees raw values, and the model, which
 * sees scaled ones. A policy never sees what comes after the origin, nor the scale that the model uses.
 */
import { invariant } from '@tessera/core';
import type { NdArray } from '@tessera/core/engine';
import type { PatchPolicy, PatchTree, PolicyWindow } from '@tessera/patching';
import { preparePatches, type RowsBeside } from '../embeddings/index.js';
import type { PatchModelConfig } from '../patch-config.js';
import type { ChannelSeries } from '../patch-inputs.js';
import { type ModelArrays, modelArrays, type OriginOf } from '../patch-windows.js';

/** The raw history of each origin, NaN before a series begins. */
export function policyWindows(origins: readonly OriginOf[], lookback: number): PolicyWindow[] {
  return origins.map(({ series, origin }) => {
    const values = new Float64Array(lookback).fill(Number.NaN);
    const from = Math.max(0, origin - lookback);
    values.set(series.values.subarray(from, origin), lookback - (origin - from));
    return { id: series.id, values, times: timesOf(series, origin - lookback, lookback) };
  });
}

/** Times of `count` steps; those before a series begins go back by its first step. */
function timesOf({ times }: ChannelSeries, from: number, count: number): Float64Array | undefined {
  if (times === undefined || times.length < 2) return undefined;
  const seen = new Float64Array(count);
  const before = Math.min(count, Math.max(0, -from));
  const step = times[1] - times[0];
  for (let i = 0; i < before; i++) seen[i] = times[0] + (from + i) * step;
  for (let i = before; i < count; i++) seen[i] = times[from + i];
  return seen;
}

/** Exclusive ends of the finest patches. */
function finestEnds(trees: readonly PatchTree[]): Uint32Array[] {
  return trees.map(({ finest }) => finest.toEnds());
}

/** Exclusive ends of every row of labels, shape `[rows, L]`. O(rows L). */
export function endsOfAll(labels: Uint8Array, length: number): Uint32Array[] {
  return Array.from({ length: labels.length / length }, (_, row) =>
    endsOfLabels(labels, row * length, length),
  );
}

/** Exclusive ends of the patches that begin where a label is not 0; labels of one window from `at` on. O(L). */
function endsOfLabels(labels: Uint8Array, at: number, length: number): Uint32Array {
  const ends: number[] = [];
  for (let t = 1; t < length; t++) if (labels[at + t] > 0) ends.push(t);
  ends.push(length);
  return Uint32Array.from(ends);
}

/** Changes scaled values and their masks, shape `[rows, L]` each, before they are cut; 0 where a mask is 0. */
export type EditWindows = (values: Float32Array, mask: Float32Array) => void;

/**
 * What the model sees of windows cut at these ends. O(B L).
 *
 * @param ends per window, or for several plans of each: those of window i from `i * ends.length / origins.length` on
 * @param edit changes windows before they are cut, one row per plan. Default nothing
 */
export function plannedArrays(
  origins: readonly OriginOf[],
  ends: readonly Uint32Array[],
  config: PatchModelConfig,
  edit?: EditWindows,
): ModelArrays {
  const { patching, lookback } = config;
  invariant(patching.kind === 'policy', 'only a model of planned patches takes plans');
  const plans = ends.length / origins.length;
  const repeated = plans === 1 ? origins : origins.flatMap((each) => new Array<OriginOf>(plans).fill(each));
  const arrays = modelArrays(repeated, config);
  edit?.(floatsOf(arrays.values), floatsOf(arrays.mask));
  const prepared = preparePatches(
    floatsOf(arrays.values),
    floatsOf(arrays.mask),
    lookback,
    ends,
    patching.maxPatches,
    patching.embedding,
    rowsBeside(arrays, lookback),
  );
  return { ...arrays, ...prepared };
}

/** The history of all rows beside the target. */
function rowsBeside(
  { past, pastMask, known, knownMask }: ModelArrays,
  lookback: number,
): RowsBeside | undefined {
  const parts = [
    ...(past === undefined ? [] : [{ values: past, mask: pastMask }]),
    ...(known === undefined ? [] : [{ values: known, mask: knownMask }]),
  ];
  if (parts.length === 0) return undefined;
  const batch = parts[0].values.shape[0];
  const rows = parts.reduce((sum, { values }) => sum + values.shape[1], 0);
  const beside = {
    rows,
    values: new Float32Array(batch * rows * lookback),
    mask: new Float32Array(batch * rows * lookback),
  };
  let first = 0;
  for (const { values, mask } of parts) {
    const [, own, span] = values.shape;
    for (let window = 0; window < batch; window++) {
      for (let row = 0; row < own; row++) {
        const from = (window * own + row) * span;
        const at = (window * rows + first + row) * lookback;
        beside.values.set(floatsOf(values).subarray(from, from + lookback), at);
        beside.mask.set(floatsOf(mask).subarray(from, from + lookback), at);
      }
    }
    first += own;
  }
  return beside;
}

function floatsOf({ data }: NdArray): Float32Array {
  invariant(data instanceof Float32Array, 'windows are float32');
  return data;
}

/** Makes what the model sees of origins. */
export type ArraysOf = (origins: readonly OriginOf[]) => Promise<ModelArrays>;

/** Windows as the model takes them: even patches need no plan, others come from the policy. */
export function arraysBy(policy: PatchPolicy | undefined, config: PatchModelConfig): ArraysOf {
  if (config.patching.kind === 'even') return async (origins) => modelArrays(origins, config);
  invariant(policy !== undefined, 'planned patches come from a policy');
  const plans = new RememberedPlans(policy, config.lookback);
  return async (origins) => plannedArrays(origins, await plans.ends(origins), config);
}

/** Numbers that remembered plans may hold: 64 MiB. */
const mostRemembered = 2 ** 24;

/** A policy that no longer learns cuts a window once; training comes back to it many times. */
class RememberedPlans {
  readonly #policy: PatchPolicy;
  readonly #lookback: number;
  #plans = new Map<Float64Array, Map<number, Uint32Array>>();
  #held = 0;

  constructor(policy: PatchPolicy, lookback: number) {
    this.#policy = policy;
    this.#lookback = lookback;
  }

  async ends(origins: readonly OriginOf[]): Promise<Uint32Array[]> {
    const unknown = origins.filter(
      ({ series, origin }) => this.#plans.get(series.values)?.has(origin) !== true,
    );
    const fresh = new Map<OriginOf, Uint32Array>();
    if (unknown.length > 0) {
      const trees = await this.#policy.segment(policyWindows(unknown, this.#lookback));
      for (const [i, ends] of finestEnds(trees).entries()) fresh.set(unknown[i], ends);
    }
    const all = origins.map((each) => {
      const ends = this.#plans.get(each.series.values)?.get(each.origin) ?? fresh.get(each);
      invariant(ends !== undefined, 'every window has a plan');
      return ends;
    });
    for (const [each, ends] of fresh) this.#remember(each, ends);
    return all;
  }

  #remember({ series, origin }: OriginOf, ends: Uint32Array): void {
    if (this.#held > mostRemembered) {
      this.#plans = new Map();
      this.#held = 0;
    }
    const own = this.#plans.get(series.values) ?? new Map<number, Uint32Array>();
    own.set(origin, ends);
    this.#plans.set(series.values, own);
    this.#held += ends.length;
  }
}
