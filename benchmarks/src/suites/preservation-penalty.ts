/**
 * What charging a plan for what it erases costs in forecast loss, and what it saves in erased events. A policy and a forecaster are trained
 * together at each weight of the charge; every figure is compared with that of weight 0 seed by seed, with the same draws.
 */
import { type LongWorkOptions, parseOptions, SeriesSet, throwIfAborted } from '@tessera/core';
import { type FittedPatchForecaster, trainJointly } from '@tessera/forecast';
import { type PatchPolicy, policyWindows } from '@tessera/patching';
import { audit } from '@tessera/patching/preservation';
import { z } from 'zod';
import { type PenaltyData, penaltyData, penaltyDataSchema } from '../preservation/penalty-data.js';
import { meanAndHalfWidth } from '../results/paired-difference.js';
import type { Suite } from '../runner/suite.js';

const settingsSchema = z.strictObject({
  data: penaltyDataSchema,
  weight: z.number().min(0),
  statistic: z.enum(['unmarkedMoves', 'lostVariance', 'erasedSpikes']),
  /** Steps per patch. */
  rate: z.int().min(1),
  model: z.looseObject({ lookback: z.int().min(1), horizon: z.int().min(1) }),
  training: z.record(z.string(), z.json()),
  policy: z.record(z.string(), z.json()),
  seeds: z.array(z.int().min(0)).min(1),
});
type Settings = z.output<typeof settingsSchema>;

interface Outcome {
  readonly error: number;
  /** Of the events that could be judged. */
  readonly erasedShare: number;
  readonly judged: number;
  readonly seconds: number;
}

/** Outcomes of this process: every arm is held against weight 0, which is trained once. */
const known = new Map<string, Promise<Outcome>>();

export const preservationPenalty: Suite = {
  name: 'preservation-penalty',
  async run({ settings: given, signal, onProgress }) {
    const settings = parseOptions(settingsSchema, given, 'preservation-penalty settings');
    const data = await penaltyData(settings.data, settings.model.lookback, settings.model.horizon);
    const outcomes: Outcome[] = [];
    const uncharged: Outcome[] = [];
    for (const seed of settings.seeds) {
      throwIfAborted(signal, 'preservation-penalty');
      uncharged.push(await outcomeOf({ ...settings, weight: 0 }, seed, data, { signal, onProgress }));
      outcomes.push(await outcomeOf(settings, seed, data, { signal, onProgress }));
    }
    const mean = (figure: (outcome: Outcome) => number) => meanAndHalfWidth(outcomes.map(figure))[0];
    const change = (figure: (outcome: Outcome, before: Outcome) => number) =>
      meanAndHalfWidth(outcomes.map((outcome, i) => figure(outcome, uncharged[i])));
    const [cost, costHalf] = change((own, before) => 100 * (own.error / before.error - 1));
    const [saved, savedHalf] = change((own, before) => 100 * (before.erasedShare - own.erasedShare));
    return [
      { metric: 'MSE', value: mean(({ error }) => error), unit: 'squared' },
      { metric: 'erased', value: mean(({ erasedShare }) => 100 * erasedShare), unit: 'percent' },
      { metric: 'cost', value: cost, unit: 'percent' },
      { metric: 'cost_half_width', value: costHalf, unit: 'percent' },
      { metric: 'saved', value: saved, unit: 'percent points' },
      { metric: 'saved_half_width', value: savedHalf, unit: 'percent points' },
      ...settings.seeds.flatMap((seed, i) => [
        { metric: `MSE_seed_${seed}`, value: outcomes[i].error, unit: 'squared' },
        { metric: `erased_seed_${seed}`, value: 100 * outcomes[i].erasedShare, unit: 'percent' },
      ]),
      { metric: 'judged', value: mean(({ judged }) => judged), unit: 'events' },
      { metric: 'seconds', value: mean(({ seconds }) => seconds), unit: 's' },
    ];
  },
};

function outcomeOf(
  settings: Settings,
  seed: number,
  data: PenaltyData,
  work: LongWorkOptions,
): Promise<Outcome> {
  const { weight } = settings;
  const statistic = weight === 0 ? 'none' : settings.statistic;
  const key = JSON.stringify([{ ...settings, statistic, seeds: [] }, seed]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const outcome = trainAndJudge(settings, seed, data, work);
  known.set(key, outcome);
  // What failed is tried again and not remembered.
  outcome.catch(() => known.delete(key));
  return outcome;
}

async function trainAndJudge(
  { rate, model, training, policy: own, weight, statistic }: Settings,
  seed: number,
  data: PenaltyData,
  work: LongWorkOptions,
): Promise<Outcome> {
  const began = performance.now();
  const options = {
    model,
    training: { ...training, seed },
    policy: { ...own, rates: [rate] },
    preservation: { weight, statistic },
  };
  const { policy, fitted } = await trainJointly(data.fit, options, work);
  try {
    const error = await meanSquaredError(fitted, data, model.lookback);
    const { erased, judged } = await erasedEvents(policy, data, work);
    const seconds = (performance.now() - began) / 1000;
    return { error, erasedShare: erased / judged, judged, seconds };
  } finally {
    fitted.dispose();
    await policy.dispose();
  }
}

async function meanSquaredError(
  fitted: FittedPatchForecaster,
  { forecasts }: PenaltyData,
  lookback: number,
): Promise<number> {
  let [sum, count] = [0, 0];
  for (const frame of forecasts) {
    const context = new SeriesSet([frame.slice(0, lookback)]);
    const point = (await fitted.predict({ context, levels: [] })).point(frame.id);
    const { values } = frame.targets[0];
    for (const [step, value] of point.entries()) sum += (value - values[lookback + step]) ** 2;
    count += point.length;
  }
  return sum / count;
}

async function erasedEvents(policy: PatchPolicy, { audited }: PenaltyData, work: LongWorkOptions) {
  let [erased, judged] = [0, 0];
  for (const { frame, events } of audited) {
    const [tree] = await policy.segment(policyWindows(frame));
    const report = await audit(frame, tree.finest, {
      ...work,
      detectors: [],
      events: events.map(({ start, end }) => ({ kind: 'spike', start, end })),
      sizes: [],
      nullPoints: 0,
    });
    const counted = new Set(events.filter(({ counts }) => counts).map(({ start }) => start));
    for (const { start, verdict } of report.data.findings) {
      if (!counted.has(start) || verdict === 'not-assessable') continue;
      judged += 1;
      if (verdict === 'erased') erased += 1;
    }
  }
  return { erased, judged };
}
