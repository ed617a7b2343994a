/**
 * Which of the structures that detectors found are judged. A change that is no more than a stair of a trend, or no more than chance, is left out
 * before it can cut the sides of another one short; the worst goes first, and its neighbours are looked at again. What two detectors
 * found is told once: a jump of levels that lines show as well, a gap that is a pattern as well.
 */
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

export interface SiftedStructures {
  /** All structures of the channel but stairs and chance, in the order given. */
  readonly structures: readonly Structure[];
  /** Those of them that are told as another kind: they cut the sides of others, and are not judged. */
  readonly toldElsewhere: ReadonlySet<Structure>;
  /** What changes are judged in: the series less its season, without the spikes that are no chance. */
  readonly rest: Rest;
  readonly skipped: readonly Skipped[];
}

/** How much of nothing a change is among others of its kind: above 0 it is left out, the largest first. NaN stays. */
type Badness = (change: Structure, others: readonly Structure[]) => number;

/**
 * Structures that the caller knows are always judged. Near O(changes log changes) checks.
 *
 * @param whole the series less its season
 * @param limit p-value of what is no more than chance
 */
export function siftStructures(
  structures: readonly Structure[],
  context: CheckContext,
  whole: Rest,
  limit: number,
): SiftedStructures {
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
  const standing = certain.filter((spike) => !isEdge(spike, changes, withSpikes, limit));
  const rest: Rest = { values: withoutSteps(whole.values, standing), level: whole.level };
  const ofRest = contextOfRest(context, rest);

  // 2. Stairs of a trend, and chance.
  const isStair: Badness = ({ start }, others) => {
    const sides = sidesOf(start, others, raw.length, settings.reach);
    return changeStory(rest.values, sides, memory)?.lineAdvantage ?? Number.NaN;
  };
  const isChance: Badness = (change, others) => {
    const [{ pValue }] = checkStructure(change, ofRest, new Map([[change.kind, others]]), false);
    return pValue === null ? Number.NaN : pValue - limit;
  };
  const out = new Set<Structure>();
  for (const kind of changeKinds) {
    let changes = found.get(kind) ?? [];
    const leave = (badness: Badness, reason: string) => {
      const gone = leftOut(changes, badness);
      tell(kind, [...gone], reason);
      for (const each of gone) out.add(each);
      changes = changes.filter((each) => !gone.has(each));
    };
    if (kind === 'mean-change') leave(isStair, 'which a line or a bend explains as well, not judged');
    leave(isChance, `no more than chance in ${observed} observations, not judged`);
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
  return { structures: left, toldElsewhere: new Set([...jumps, ...spikes, ...patterns]), rest, skipped };
}

/** Changes of level and slope, by start. */
function changesOf(kinds: StructuresByKind): Structure[] {
  return [...(kinds.get('mean-change') ?? []), ...(kinds.get('trend-change') ?? [])].sort(
    (a, b) => a.start - b.start,
  );
}

/** The values themselves where there are no such steps. */
function withoutSteps(values: Float64Array, spans: readonly Structure[]): Float64Array {
  if (spans.length === 0) return values;
  const left = values.slice();
  for (const { start, end } of spans) left.fill(Number.NaN, start, end);
  return left;
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

/** @param changes of one kind, by start */
function leftOut(changes: readonly Structure[], badness: Badness): Set<Structure> {
  const gone = new Set<Structure>();
  const known = new Map<Structure, number>();
  let left = changes;
  for (;;) {
    const bad = left.map((change) => {
      const value = known.get(change) ?? (change.detector === 'given' ? Number.NaN : badness(change, left));
      known.set(change, value);
      return value;
    });
    const worstFirst = [...bad.keys()].filter((i) => bad[i] > 0).sort((a, b) => bad[b] - bad[a]);
    if (worstFirst.length === 0) return gone;
    for (const i of worstFirst) {
      const beside = [left[i - 1], left[i + 1]].filter((each) => each !== undefined);
      // One whose neighbour has just gone has longer sides now.
      if (beside.some((each) => gone.has(each))) continue;
      gone.add(left[i]);
      for (const each of beside) known.delete(each);
    }
    left = left.filter((each) => !gone.has(each));
  }
}
