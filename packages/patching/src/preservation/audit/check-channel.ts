/**
 * All checks of one channel on what survives of it. Structures that such a long series shows by chance are counted and left out:
 * they would bury the others.
 */
import { foldIn, type Key } from '@tessera/core';
import type { Patches } from '../../patches/index.js';
import { type CheckContext, checkSettings, contextOfRest, observedCount } from '../checks/check-context.js';
import { checkLatent } from '../checks/check-latent.js';
import { byKind, checkStructure, type StructuresByKind } from '../checks/check-structures.js';
import { findInvented } from '../checks/find-invented.js';
import { LatentChannel } from '../checks/latent-channel.js';
import { countOf } from '../report/describe-finding.js';
import type { CheckResult, Skipped } from '../report/report-schema.js';
import { isChangeKind, type Structure } from '../structures/structure.js';
import {
  isLatentView,
  isReconstruction,
  type LatentView,
  type Survives,
} from '../surviving/survival-form.js';
import { survivingOf, type ValueForm } from '../surviving/surviving-of.js';
import { usualSeason, withoutSeason } from '../surviving/usual-season.js';
import type { ResolvedAuditOptions } from './audit-options.js';
import type { FoundStructures } from './find-structures.js';
import { pause } from './pause.js';

export interface CheckedChannel {
  readonly checks: readonly CheckResult[];
  readonly skipped: readonly Skipped[];
  /** Shape `[T]`; undefined under a latent view. */
  readonly surviving: Float64Array | undefined;
}

/** Structures checked between two pauses. */
const batch = 500;

/** @throws TesseraError CHANNEL_UNKNOWN, SHAPE_MISMATCH, NUMBER_INFINITE, OPERATION_ABORTED */
export async function checkChannel(
  channel: string,
  raw: Float64Array,
  patches: Patches,
  survives: Survives,
  found: FoundStructures,
  options: ResolvedAuditOptions,
  key: Key,
  signal: AbortSignal | undefined,
): Promise<CheckedChannel> {
  const { structures, level, noise, memory, neighbours, course } = found;
  const latent = latentOf(survives, patches);
  const form: ValueForm = latent === undefined ? valueForm(survives) : 'identity';
  const surviving = survivingOf(form, channel, raw, level, patches);
  const observed = observedCount(raw);
  const summarise =
    typeof form === 'object' && isReconstruction(form)
      ? undefined
      : (values: Float64Array, near: Float64Array, cut: Patches) =>
          survivingOf(form, channel, values, near, cut);
  const context: CheckContext = {
    channel,
    raw,
    level,
    surviving,
    patches,
    observed,
    memory,
    neighbours,
    settings: checkSettings(options),
    summarise,
    course,
  };
  const ofRest = latent === undefined ? restContext(context, form, found) : context;
  const check = (structure: Structure, others: StructuresByKind) => {
    if (!isChangeKind(structure.kind))
      return checkStructure(structure, context, others, options.observedShare);
    const [result] = checkStructure(structure, ofRest, others, options.observedShare);
    return [{ ...result, pValue: found.pValues.get(structure) ?? result.pValue }];
  };
  const all = byKind(structures);
  const checks: CheckResult[] = [];
  const chance = new Map<string, number>();
  const kept: Structure[] = [];
  const shared: { readonly structure: Structure; readonly place: number }[] = [];
  let asked = 0;
  let unasked = 0;
  for (const [index, structure] of structures.entries()) {
    if (found.toldElsewhere.has(structure)) continue;
    if (index % batch === 0 || latent !== undefined) await pause(signal);
    const results = check(structure, all).filter(({ ruleId, pValue }) => {
      const isByChance = isChance(structure, pValue, options);
      if (isByChance) chance.set(ruleId, (chance.get(ruleId) ?? 0) + 1);
      return !isByChance;
    });
    if (results.length > 0 || structure.detector === 'given') kept.push(structure);
    if (results.some(({ verdict }) => verdict === 'merged')) shared.push({ structure, place: checks.length });
    if (latent === undefined || results.length === 0) checks.push(...results);
    else if (asked < options.mostCounterfactuals) {
      asked += 1;
      checks.push(
        ...checkLatent(
          structure,
          results,
          context,
          latent,
          { raw, noise, structures },
          options.edits,
          foldIn(key, index),
        ),
      );
    } else unasked += 1;
  }
  if (latent === undefined) {
    // Whatever was no more than chance merges with nothing.
    const others = byKind(kept);
    for (const { structure, place } of shared) {
      const again = check(structure, others).filter(({ pValue }) => !isChance(structure, pValue, options));
      checks.splice(place, again.length, ...again);
    }
    checks.push(...findInvented(context, noise));
  }
  const skipped = [...chance].map(([check, count]) => ({
    check,
    channel,
    reason: `${countOf(count, 'detection')}, no more than chance in ${observed} observations, not judged`,
  }));
  if (unasked > 0) {
    const reason = `${countOf(unasked, 'structure')} beyond the first ${asked}, not taken out of the encoder’s windows`;
    skipped.push({ check: 'counterfactuals', channel, reason });
  }
  return { checks, skipped, surviving: latent === undefined ? surviving.values : undefined };
}

/** What changes are held against. What a function makes of the rest of a series is not known: it may be made for the whole. */
function restContext(
  context: CheckContext,
  form: ValueForm,
  { rest, period }: Pick<FoundStructures, 'rest' | 'period'>,
): CheckContext {
  const { channel, patches, surviving } = context;
  const of = (own: ValueForm) => survivingOf(own, channel, rest.filled, rest.level, patches);
  if (typeof form === 'string') return contextOfRest(context, rest, () => of(form));
  if (!isReconstruction(form)) return context;
  const { values } = surviving;
  return contextOfRest(context, rest, () =>
    of({ reconstruction: { [channel]: withoutSeason(values, usualSeason(values, period)) } }),
  );
}

/** Structures that the caller knows are never chance. */
function isChance(
  { detector }: Structure,
  pValue: number | null,
  { falseDiscoveryRate }: ResolvedAuditOptions,
): boolean {
  return detector !== 'given' && pValue !== null && pValue > falseDiscoveryRate;
}

/** An encoder, or a summary whose figures cannot be turned back into values and so count as tokens. */
export function latentOf(survives: Survives, patches: Patches): LatentChannel | undefined {
  if (typeof survives === 'string' || isReconstruction(survives)) return undefined;
  if (isLatentView(survives)) return new LatentChannel(survives, patches);
  if (survives.rebuild !== undefined) return undefined;
  return new LatentChannel(patchEncoder(survives.summarise, patches), patches);
}

function patchEncoder(summarise: (values: Float64Array) => ArrayLike<number>, patches: Patches): LatentView {
  return {
    window: 1,
    encode: (window, first) => {
      const tokens: ArrayLike<number>[] = [];
      for (let patch = patches.patchOf(first), t = 0; t < window.length; patch++) {
        const length = patches.lengthOf(patch);
        tokens.push(summarise(window.slice(t, t + length)));
        t += length;
      }
      return tokens;
    },
  };
}

function valueForm(survives: Survives): ValueForm {
  if (typeof survives === 'string' || isReconstruction(survives)) return survives;
  if (!isLatentView(survives) && survives.rebuild !== undefined) {
    return { name: survives.name, summarise: survives.summarise, rebuild: survives.rebuild };
  }
  return 'identity';
}
