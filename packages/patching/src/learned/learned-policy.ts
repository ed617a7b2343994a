/**
 * A patch policy whose boundaries come from a trained network: taken off the forecaster that it was trained with, saved, and put in
 * front of any other, on series of other lengths, frequencies and numbers of channels. It cannot learn; that is
 * `policyLearner`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import {
  foldIn,
  type Key,
  type LongWorkOptions,
  parseOptions,
  progressReporter,
  TesseraError,
  throwIfAborted,
} from '@tessera/core';
import { type Engine, openEngine } from '@tessera/core/engine';
import { initializeParams } from '@tessera/core/nn';
import type { PatchTree } from '../patches/patch-tree.js';
import type { PatchPolicy, PolicyRecipe, PolicyWindow } from '../policies/patch-policy.js';
import { calibrateThresholds, causalPlans } from './causal-rule.js';
import { greedyPlans } from './greedy-plans.js';
import { planSampler } from './plan-sampler.js';
import { planSpace } from './plan-space.js';
import { type PolicyConfig, type PolicyOptions, policyConfigSchema } from './policy-config.js';
import { policyFeatures } from './policy-features.js';
import { decodePolicy, encodePolicy } from './policy-file.js';
import { PolicyLogits } from './policy-logits.js';
import { policyLayout } from './policy-network.js';
import { indifferentScores, type PolicyScores, policyScores } from './policy-scores.js';
import { PolicyStream } from './policy-stream.js';
import { planTree, treeOfLabels } from './sampled-plans.js';

/** Windows scored at once; what is held for them is bounded by it. */
const mostWindows = 256;

/** Plans drawn for windows. */
export interface SampledTrees {
  /** G trees per window. */
  readonly trees: readonly (readonly PatchTree[])[];
  /** Log-probability of each, shape `[B, G]`. */
  readonly logProbabilities: Float64Array;
}

export interface LearnedPolicyOptions {
  readonly config: PolicyConfig;
  /** Shape `[size]`, in the order of `policyLayout`. */
  readonly params: Float32Array;
  /** Default: the one that `openEngine` picks, opened when it is first needed and closed by `dispose`. */
  readonly engine?: Engine | undefined;
}

export class LearnedPolicy implements PatchPolicy {
  readonly name = 'learned';
  readonly config: PolicyConfig;
  readonly params: Float32Array;
  readonly #given: Engine | undefined;
  #own: Promise<Engine> | undefined;
  #logits: Promise<PolicyLogits> | undefined;

  /** @throws TesseraError PARAMS_INVALID where the parameters are not as many as the configuration says, or not finite */
  constructor({ config, params, engine }: LearnedPolicyOptions) {
    const { size } = policyLayout(config);
    if (params.length !== size || !params.every(Number.isFinite)) {
      throw new TesseraError({
        code: 'PARAMS_INVALID',
        argument: 'params of a learned policy',
        expected: `${size} finite numbers`,
        found: params.length === size ? 'NaN or infinity' : String(params.length),
        wayOut: 'Give the parameters that belong to this configuration',
      });
    }
    this.config = config;
    this.params = params.slice();
    this.#given = engine;
  }

  /** The configuration; the weights are in the file that `save` writes. */
  get recipe(): PolicyRecipe {
    return { name: this.name, options: { ...this.config } };
  }

  get isCausal(): boolean {
    return this.config.isCausal;
  }

  /** Steps per patch at least, on average, from fine to coarse. */
  get rates(): readonly number[] {
    return this.config.rates;
  }

  /**
   * The plan of each window, without chance: the best boundaries, or for a causal policy those of its rule. A window of L steps has
   * at most max(1, floor(L / rate)) patches.
   *
   * @throws TesseraError OPTIONS_INVALID where the policy sees the calendar and a window has no times, OPERATION_ABORTED
   */
  async segment(windows: readonly PolicyWindow[], work: LongWorkOptions = {}): Promise<PatchTree[]> {
    const { config } = this;
    const depth = config.rates.length;
    return this.#inBatches(windows, work, (scores) => {
      const { length } = scores;
      const labels = config.isCausal
        ? causalPlans(config, scores)
        : greedyPlans(config, planSpace(config, length), scores);
      return (row) => treeOfLabels(labels, row * length, length, depth);
    });
  }

  /**
   * `group` plans drawn for each window. The same key gives the same plans on every engine.
   *
   * @throws TesseraError as `segment` does, and INDEX_INVALID for a group that is no whole number of at least 1
   */
  async sample(
    key: Key,
    windows: readonly PolicyWindow[],
    group: number,
    work: LongWorkOptions = {},
  ): Promise<SampledTrees> {
    if (!Number.isInteger(group) || group < 1) {
      throw new TesseraError({
        code: 'INDEX_INVALID',
        argument: 'group',
        expected: 'a whole number of at least 1',
        found: String(group),
        wayOut: 'Say how many plans each window shall have',
      });
    }
    const drawn = await this.#inBatches(windows, work, (scores, batch) => {
      // Other batches have other windows at the same rows, and must not repeat these draws.
      const batchKey = foldIn(foldIn(key, scores.length), batch);
      const plans = planSampler(this.config, scores.length).sample(batchKey, scores, group);
      return (row) => ({
        trees: Array.from({ length: group }, (_, g) => planTree(plans, row * group + g)),
        logs: plans.logProbabilities.subarray(row * group, (row + 1) * group),
      });
    });
    const logProbabilities = new Float64Array(windows.length * group);
    for (const [i, { logs }] of drawn.entries()) logProbabilities.set(logs, i * group);
    return { trees: drawn.map(({ trees }) => trees), logProbabilities };
  }

  /** What the policy says of windows of one length of at least one step, rounded the same on every engine. */
  async scores(windows: readonly PolicyWindow[]): Promise<PolicyScores> {
    this.#logits ??= this.#open();
    const features = policyFeatures(windows, this.config);
    return policyScores(this.config, features, await (await this.#logits).of(features));
  }

  /**
   * This policy with the thresholds at which it opens as many patches on these windows as its rates allow. For causal policies.
   *
   * @param windows of the training split
   */
  async calibrated(windows: readonly PolicyWindow[]): Promise<LearnedPolicy> {
    const all: PolicyScores[] = [];
    await this.#inBatches(windows, {}, (scores) => {
      all.push(scores);
      return () => undefined;
    });
    const config = { ...this.config, thresholds: calibrateThresholds(this.config, all) };
    return new LearnedPolicy({ config, params: this.params, engine: this.#given });
  }

  /** The causal policy over a series without end. @throws TesseraError OPTIONS_INVALID for a policy that is not causal */
  stream(): PolicyStream {
    return new PolicyStream(this.config, this.params);
  }

  /** The policy as safetensors, or into a file of them. @throws TesseraError FILE_UNWRITABLE */
  save(): Uint8Array;
  save(path: string): Promise<void>;
  save(path?: string): Uint8Array | Promise<void> {
    const bytes = encodePolicy(this);
    return path === undefined ? bytes : writeBytes(path, bytes);
  }

  /** Gives back what the engine holds for it; an engine that was given stays open. */
  async dispose(): Promise<void> {
    (await this.#logits)?.dispose();
    (await this.#own)?.dispose();
    this.#logits = undefined;
    this.#own = undefined;
  }

  async #open(): Promise<PolicyLogits> {
    if (this.#given !== undefined) return new PolicyLogits(this.#given, this.config, this.params);
    this.#own = openEngine();
    return new PolicyLogits(await this.#own, this.config, this.params);
  }

  /** Scores windows in batches of one length and gives the results in the order of the windows. */
  async #inBatches<Result>(
    windows: readonly PolicyWindow[],
    { signal, onProgress }: LongWorkOptions,
    decide: (scores: PolicyScores, batch: number) => (row: number) => Result,
  ): Promise<Result[]> {
    const report = progressReporter('segment', windows.length, onProgress);
    const results = new Map<number, Result>();
    for (const { length, indices } of groupByLength(windows)) {
      for (let batch = 0; batch * mostWindows < indices.length; batch++) {
        throwIfAborted(signal, 'segment');
        const part = indices.slice(batch * mostWindows, (batch + 1) * mostWindows);
        const scores =
          length === 0
            ? indifferentScores(this.config, part.length, 0)
            : await this.scores(part.map((i) => windows[i]));
        const result = decide(scores, batch);
        for (const [row, index] of part.entries()) {
          results.set(index, result(row));
          report();
        }
      }
    }
    return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
  }
}

/** An untrained policy. @throws TesseraError OPTIONS_INVALID */
export function initialPolicy(options: PolicyOptions, key: Key, engine?: Engine): LearnedPolicy {
  const config = parseOptions(policyConfigSchema, options, 'initialPolicy');
  return new LearnedPolicy({ config, params: initializeParams(policyLayout(config), key), engine });
}

/**
 * A policy that `save` wrote.
 *
 * @param source a path or the bytes
 * @throws TesseraError WEIGHTS_INVALID, FILE_UNREADABLE
 */
export async function loadPolicy(source: string | Uint8Array, engine?: Engine): Promise<LearnedPolicy> {
  const bytes = typeof source === 'string' ? await readBytes(source) : source;
  return new LearnedPolicy({
    ...decodePolicy(bytes, typeof source === 'string' ? source : 'policy'),
    engine,
  });
}

function groupByLength(windows: readonly PolicyWindow[]) {
  const groups = new Map<number, number[]>();
  for (const [i, { values }] of windows.entries()) {
    const group = groups.get(values.length);
    if (group === undefined) groups.set(values.length, [i]);
    else group.push(i);
  }
  return [...groups].map(([length, indices]) => ({ length, indices }));
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw fileError('FILE_UNREADABLE', path, 'a file that can be read', cause);
  }
}

async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw fileError('FILE_UNWRITABLE', path, 'a file that can be written', cause);
  }
}

function fileError(
  code: 'FILE_UNREADABLE' | 'FILE_UNWRITABLE',
  path: string,
  expected: string,
  cause: unknown,
): TesseraError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new TesseraError({
    code,
    argument: path,
    expected,
    found,
    wayOut: 'Check the path and its rights',
    cause,
  });
}
