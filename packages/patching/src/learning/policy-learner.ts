/**
 * Holds a policy while it learns: its parameters and the moments of AdamW stay with the engine, and one compiled step moves them by
 * coefficients per logit, wherever those come from. It draws no plans and knows no rewards; `policyStep` puts the two
 * together.
 */
import { mul, sum, type Tensor, valueAndGrad } from '@tensorflow/tfjs-core';
import { type Key, parseOptions, TesseraError } from '@tessera/core';
import { type Engine, type EngineTensor, type NdArray, ndArray, scalarArray } from '@tessera/core/engine';
import {
  type AdamwScalars,
  type AdamwState,
  adamwOptionsSchema,
  adamwScalars,
  adamwUpdate,
  clipByGlobalNorm,
  initializeParams,
  readParams,
} from '@tessera/core/nn';
import { z } from 'zod';
import { LearnedPolicy } from '../learned/learned-policy.js';
import { type PolicyConfig, type PolicyOptions, policyConfigSchema } from '../learned/policy-config.js';
import { applyPolicy, policyLayout } from '../learned/policy-network.js';
import { policyScores } from '../learned/policy-scores.js';
import { imitationCoefficients } from './imitation.js';

export const policyOptimizerSchema = z.strictObject({
  learningRate: z.number().positive().default(1e-2),
  /** Defaults that worked in our trials: betas .9 and .95, no decay. */
  adamw: adamwOptionsSchema.prefault({ beta2: 0.95, weightDecay: 0 }),
  /** Longest gradient; longer ones are shortened. */
  clipNorm: z.number().positive().default(1),
});
export type PolicyOptimizerOptions = z.input<typeof policyOptimizerSchema>;

export interface PolicyLearnerOptions {
  readonly engine: Engine;
  readonly config: PolicyOptions;
  /** Initial parameters are drawn from it. */
  readonly key: Key;
  readonly optimizer?: PolicyOptimizerOptions;
  /** Goes on from here instead of from fresh parameters. */
  readonly state?: PolicyLearnerState;
}

/** All that learning moves, as plain numbers; vectors of shape `[size]`. */
export interface PolicyLearnerState {
  readonly params: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Updates done. */
  readonly steps: number;
}

export interface PolicyUpdate {
  /** Length of the gradient before it was clipped. */
  readonly gradientNorm: number;
}

export interface ImitationUpdate extends PolicyUpdate {
  /** Cross-entropy before the update; NaN where no window had a target. */
  readonly loss: number;
  /** Pairs of window and level without a target. */
  readonly skipped: number;
}

export interface PolicyLearner {
  readonly config: PolicyConfig;
  readonly optimizer: z.output<typeof policyOptimizerSchema>;
  /** Updates done. */
  readonly steps: number;
  /** Learning rate of the updates to come. */
  learningRate: number;
  /** Logits of the parameters as they are, shape `[B, L, M]`. @param features shape `[B, L, F]` */
  logits(features: NdArray): Promise<NdArray>;
  /**
   * One update that lowers the sum of coefficient times logit.
   *
   * @param coefficients shape `[B, L, M]`
   * @throws TesseraError SHAPE_MISMATCH, TRAINING_DIVERGED
   */
  update(features: NdArray, coefficients: NdArray): Promise<PolicyUpdate>;
  /** One update towards a teacher’s weights; see `imitationCoefficients`. @throws TesseraError as it and `update` do */
  imitate(features: NdArray, targets: ArrayLike<number>): Promise<ImitationUpdate>;
  /** A copy of the parameters, shape `[size]`. */
  params(): Promise<Float32Array>;
  /** A copy of everything, to go on from later to the same bits. */
  state(): Promise<PolicyLearnerState>;
  /** The policy as it is now, detached. @param engine that it shall run on; default as of `LearnedPolicy` */
  policy(engine?: Engine): Promise<LearnedPolicy>;
  dispose(): void;
}

/** @throws TesseraError OPTIONS_INVALID, PARAMS_INVALID for a state of another size */
export function policyLearner(options: PolicyLearnerOptions): PolicyLearner {
  const config = parseOptions(policyConfigSchema, options.config, 'policyLearner config');
  const optimizer = parseOptions(policyOptimizerSchema, options.optimizer, 'policyLearner optimizer');
  return new Learner(options.engine, config, optimizer, initialState(config, options));
}

function initialState(config: PolicyConfig, { key, state }: PolicyLearnerOptions): PolicyLearnerState {
  const layout = policyLayout(config);
  if (state === undefined) {
    const zeros = new Float32Array(layout.size);
    return { params: initializeParams(layout, key), first: zeros, second: zeros, steps: 0 };
  }
  for (const name of ['params', 'first', 'second'] as const) {
    if (state[name].length === layout.size) continue;
    throw new TesseraError({
      code: 'PARAMS_INVALID',
      argument: `state.${name}`,
      expected: `${layout.size} numbers`,
      found: String(state[name].length),
      wayOut: 'Give the state of a learner of the same configuration',
    });
  }
  return state;
}

class Learner implements PolicyLearner {
  learningRate: number;
  #steps: number;
  #state: { readonly params: EngineTensor; readonly first: EngineTensor; readonly second: EngineTensor };
  readonly #step;
  readonly #logits;

  constructor(
    readonly engine: Engine,
    readonly config: PolicyConfig,
    readonly optimizer: z.output<typeof policyOptimizerSchema>,
    { params, first, second, steps }: PolicyLearnerState,
  ) {
    this.learningRate = optimizer.learningRate;
    this.#steps = steps;
    this.#state = {
      params: engine.hold(ndArray(params.slice())),
      first: engine.hold(ndArray(first.slice())),
      second: engine.hold(ndArray(second.slice())),
    };
    const layout = policyLayout(config);
    this.#logits = engine.compile(
      (flat: Tensor, features: Tensor) => applyPolicy(readParams(layout, flat), features, config),
      { name: 'policyLogits' },
    );
    this.#step = engine.compile(
      (state: AdamwState, scalars: AdamwScalars, features: Tensor, coefficients: Tensor) => {
        const { grad } = valueAndGrad((flat: Tensor) =>
          sum(mul(coefficients, applyPolicy(readParams(layout, flat), features, config))),
        )(state.params);
        const { gradient, norm } = clipByGlobalNorm(grad, optimizer.clipNorm);
        return { state: adamwUpdate(state, gradient, scalars, optimizer.adamw), norm };
      },
      { name: 'policyStep' },
    );
  }

  get steps(): number {
    return this.#steps;
  }

  async logits(features: NdArray): Promise<NdArray> {
    const held = await this.#logits(this.#state.params, features);
    const result = await held.read();
    held.dispose();
    return result;
  }

  async update(features: NdArray, coefficients: NdArray): Promise<PolicyUpdate> {
    this.#checkShape(features, coefficients);
    const { rate, epsilon, decay } = adamwScalars(this.optimizer.adamw, this.#steps + 1, this.learningRate);
    const scalars = { rate: scalarArray(rate), epsilon: scalarArray(epsilon), decay: scalarArray(decay) };
    const { state, norm } = await this.#step(this.#state, scalars, features, coefficients);
    const { data } = await norm.read();
    norm.dispose();
    if (!Number.isFinite(data[0])) {
      for (const tensor of Object.values(state)) tensor.dispose();
      throw new TesseraError({
        code: 'TRAINING_DIVERGED',
        argument: `update ${this.#steps + 1} of the policy`,
        expected: 'a finite gradient',
        found: String(data[0]),
        wayOut: 'Look for rewards that are not finite, or lower the learning rate',
      });
    }
    for (const tensor of Object.values(this.#state)) tensor.dispose();
    this.#state = state;
    this.#steps += 1;
    return { gradientNorm: data[0] };
  }

  async imitate(features: NdArray, targets: ArrayLike<number>): Promise<ImitationUpdate> {
    const scores = policyScores(this.config, features, await this.logits(features));
    const { coefficients, loss, skipped } = imitationCoefficients(this.config, scores, targets);
    const { gradientNorm } = await this.update(features, coefficients);
    return { gradientNorm, loss, skipped };
  }

  params(): Promise<Float32Array> {
    return floats(this.#state.params);
  }

  async state(): Promise<PolicyLearnerState> {
    const { params, first, second } = this.#state;
    return {
      params: await floats(params),
      first: await floats(first),
      second: await floats(second),
      steps: this.#steps,
    };
  }

  async policy(engine?: Engine): Promise<LearnedPolicy> {
    return new LearnedPolicy({ config: this.config, params: await this.params(), engine });
  }

  dispose(): void {
    for (const tensor of Object.values(this.#state)) tensor.dispose();
    this.#step.dispose();
    this.#logits.dispose();
  }

  #checkShape(features: NdArray, coefficients: NdArray): void {
    const wanted = [...features.shape.slice(0, 2), this.config.rates.length].join(', ');
    const found = coefficients.shape.join(', ');
    if (found === wanted) return;
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: 'coefficients',
      expected: `shape [${wanted}]`,
      found: `[${found}]`,
      wayOut: 'Give one coefficient per window, step and level',
    });
  }
}

async function floats(tensor: EngineTensor): Promise<Float32Array> {
  return Float32Array.from((await tensor.read()).data);
}
