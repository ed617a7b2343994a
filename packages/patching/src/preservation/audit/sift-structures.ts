/**
 * Which of the structures that detectors found are judged. A change that is no more than a stair of a trend, or no more than chance, is left out
 * before it can cut the sides of another one short; the worst goes first, and its neighbours are looked at again. What two detectors
 * found is told once: a jump of levels that lines show as well, a gap that is a pattern as well.
 */
import type { Sides } from '../checks/change-contrast.js';
import { changeStory } from '../checks/change-story.js';
import { type CheckContext, contextOfRest, type Rest } from '../checks/check-context.js';
import { pValueOnSide, spikePValue } from '../checks/check-spike.js';
import { byKind, checkStructure, type StructuresByKind } from '../checks/check-structures.js';
import { firstFrom, sidesOf } from '../checks/sides-of.js';
import { countOf } from '../report/describe-finding.js';
import { changeMeasures } from '../report/measure-names.js';
import type { Skipped } from '../report/report-schema.js';
import { changeKinds, type Structure, type StructureKind } from '../structures/structure.js';
import { levelHalfWidth } from '../surviving/local-level.js';
import { survivingOf } from '../surviving/surviving-of.js';
import { type Badness, worstFirst } from './worst-first.js';

export interface SiftedStructures {
  /** All structures of the channel but stairs and chance, in the order given. */
  readonly structures: readonly Structure[];
  /** Those of them that are told as another kind: they cut the sides of others, and are not judged. */
  readonly toldElsewhere: ReadonlySet<Structure>;
  readonly rest: Rest;
  /** Of the changes that are judged, whatever is then held against what survives. */
  readonly pValues: ReadonlyMap<Structure, number>;
  readonly skipped: readonly Skipped[];
}

/** A series less its season, with its spikes, and its local level. */
export interface WithoutSeason {
  readonly values: Float64Array;
  readonly level: Float64Array;
}

/**
 * Structures that the caller knows are always judged. O(n log n) checks for n changes.
 *
 * @param limit p-value of what is no more than chance
 * @throws TesseraError OPERATION_ABORTED
 */
export async function siftStructures(
  structures: readonly Structure[],
  context: CheckContext,
  whole: WithoutSeason,
  limit: number,
  signal?: AbortSignal,
): Promise<SiftedStructures> {
  const { channel, raw, settings, observed, memory } = context;
  const skipped: Skipped[] = [];
  const tell = (kind: StructureKind, gone: readonly Structure[], reason: string) => {
    const count = countOf(gone.length, 'detection');
    if (gone.length > 0) skipped.push({ check: `${kind}-survival`, channel, reason: `${count}, ${reason}` });
  };

  // 1. Spikes, which are no part of what changes.
  const found = byKind(structures);
  const certain = (found.get('spike') ?? []).filter(
    (spike) => spike.detector === 'given' || spikePValue(spike, context) <= limit,
  );
  const withSpikes = { ...context, raw: whole.values };
  // The first step of a shift may be high above the level across it, and is what the shift is told by.
  const changes = changesOf(found);
  const apart = certain.filter(
    (spike) => !isEdge(spike, changes, withSpikes, limit) && !standsStill(spike, context),
  );
  const rest = withoutSpikes(whole, apart);
  const ofRest = contextOfRest(context, rest, ({ filled, level }) =>
    survivingOf('identity', channel, filled, level, context.patches),
  );

  // 2. Stairs of a trend, and chance.
  const bends = found.get('trend-change') ?? [];
  const isStair: Badness = ({ start }, others) => {
    const sides = sidesOf(start, others, raw.length, settings.reach);
    return changeStory(rest.values, sides, memory, bendsNear(sides, bends))?.lineAdvantage ?? Number.NaN;
  };
  const pValues = new Map<Structure, number>();
  const isChance: Badness = (change, others) => {
    const [{ pValue }] = checkStructure(change, ofRest, new Map([[change.kind, others]]), false);
    if (pValue === null) return Number.NaN;
    pValues.set(change, pValue);
    return pValue - limit;
  };
  const out = new Set<Structure>();
  for (const kind of changeKinds) {
    let changes = found.get(kind) ?? [];
    const leave = async (badness: Badness, reason: string) => {
      const gone = await worstFirst(changes, badness, signal);
      tell(kind, [...gone], reason);
      for (const each of gone) out.add(each);
      changes = changes.filter((each) => !gone.has(each));
    };
    if (kind === 'mean-change') await leave(isStair, 'which a line or a bend explains as well, not judged');
    await leave(isChance, `no more than chance in ${observed} observations, not judged`);
  }
  const left = structures.filter((each) => !out.has(each));
  const all = byKind(left);

  // 3. What is told as another kind.
  const shifts = all.get('mean-change') ?? [];
  const jumps = (all.get('trend-change') ?? []).filter((change) => {
    const next = shifts[firstFrom(shifts, change.start - settings.margin)];
    if (change.detector === 'given' || !(next?.start <= change.start + settings.margin)) return false;
    return checkStructure(change, ofRest, all, false)[0].measure === changeMeasures.jump;
  });
  tell('trend-change', jumps, 'jumps that are judged as level shifts');
  const judgedChanges = changesOf(all);
  const spikes = certain.filter(
    (spike) => spike.detector !== 'given' && isEdge(spike, judgedChanges, withSpikes, limit),
  );
  tell('spike', spikes, 'steps beside a change that lie on the level of their side');
  const gaps = all.get('gap') ?? [];
  const patterns = (all.get('missingness') ?? []).filter(
    (pattern) => pattern.detector !== 'given' && isOneGap(pattern, gaps, raw),
  );
  tell('missingness', patterns, 'patterns of the one gap that is judged');
  return {
    structures: left,
    toldElsewhere: new Set([...jumps, ...spikes, ...patterns]),
    rest,
    pValues,
    skipped,
  };
}

/** Bends that are tried in the place of a stair; those nearest to it. */
const mostBends = 4;

/** Steps of found bends between the ends of two sides. @param bends by start */
function bendsNear({ from, at, to }: Sides, bends: readonly Structure[]): number[] {
  const near: number[] = [];
  for (let i = firstFrom(bends, from + 1); i < bends.length && bends[i].start < to; i++)
    near.push(bends[i].start);
  return near.sort((a, b) => Math.abs(a - at) - Math.abs(b - at)).slice(0, mostBends);
}

/** Changes of level and slope, by start. */
function changesOf(kinds: StructuresByKind): Structure[] {
  return [...(kinds.get('mean-change') ?? []), ...(kinds.get('trend-change') ?? [])].sort(
    (a, b) => a.start - b.start,
  );
}

function withoutSpikes({ values, level }: WithoutSeason, spikes: readonly Structure[]): Rest {
  if (spikes.length === 0) return { values, filled: values, level };
  const left = values.slice();
  const filled = values.slice();
  for (const { start, end } of spikes) {
    left.fill(Number.NaN, start, end);
    for (let t = start; t < end; t++) if (!Number.isNaN(values[t])) filled[t] = level[t];
  }
  return { values: left, filled, level };
}

/** Steps on either side in which a series is seen to stand still. */
const around = 64;

/** Whether most steps near a spike lie on the level, as those without demand do: what leaves it is then no spike but all that there is. */
function standsStill({ start, end }: Structure, { raw, level }: CheckContext): boolean {
  let [still, known] = [0, 0];
  for (let t = Math.max(0, start - around); t < Math.min(raw.length, end + around); t++) {
    if (Number.isNaN(raw[t])) continue;
    known += 1;
    if (raw[t] === level[t]) still += 1;
  }
  return still > known / 2;
}

/** Whether the level on its side of a change explains a spike that the level across the change does not. @param changes by start */
function isEdge(
  spike: Structure,
  changes: readonly Structure[],
  context: CheckContext,
  limit: number,
): boolean {
  const from = firstFrom(changes, spike.start - levelHalfWidth);
  for (let i = from; i < changes.length && changes[i].start <= spike.end + levelHalfWidth; i++) {
    const pValue = pValueOnSide(spike, changes[i].start, context);
    if (pValue > limit) return true;
  }
  return false;
}

/** Whether all that is missing in a pattern is missing in one of the gaps. @param gaps by start */
function isOneGap({ start, end }: Structure, gaps: readonly Structure[], raw: Float64Array): boolean {
  let first = start;
  while (first < end && !Number.isNaN(raw[first])) first++;
  let last = end - 1;
  while (last > first && !Number.isNaN(raw[last])) last--;
  const gap = gaps[firstFrom(gaps, first + 1) - 1];
  return gap !== undefined && gap.start <= first && last < gap.end;
}
