/**
 * How much of each kind of structure would survive even patches of other sizes, under the same named summary. It reads the structures
 * already found, so that only the patches differ.
 */
import { Patches } from '../../patches/index.js';
import { type CheckContext, type CheckSettings, contextOfRest } from '../checks/check-context.js';
import { byKind, checkStructure } from '../checks/check-structures.js';
import type { CheckResult, SizeSurvival } from '../report/report-schema.js';
import { isChangeKind, type StructureKind, structureKinds } from '../structures/structure.js';
import type { SummaryName } from '../surviving/survival-form.js';
import { survivingOf } from '../surviving/surviving-of.js';
import type { FoundStructures } from './find-structures.js';
import { pause } from './pause.js';

/** Structures of one kind that stand for all of it, evenly spread. */
const mostPerKind = 200;

/** Ratios by kind, of one channel at one size. @throws TesseraError OPERATION_ABORTED */
export async function ratiosAtSize(
  size: number,
  channel: string,
  raw: Float64Array,
  summary: SummaryName,
  found: Pick<FoundStructures, 'structures' | 'toldElsewhere' | 'level' | 'rest' | 'memory' | 'course'>,
  settings: CheckSettings,
  signal: AbortSignal | undefined,
): Promise<Map<StructureKind, number[]>> {
  await pause(signal);
  const ends = Array.from({ length: Math.ceil(raw.length / size) }, (_, i) =>
    Math.min(raw.length, (i + 1) * size),
  );
  const patches = Patches.fromEnds(ends, raw.length);
  const surviving = survivingOf(summary, channel, raw, found.level, patches);
  const context: CheckContext = {
    channel,
    raw,
    level: found.level,
    surviving,
    patches,
    observed: raw.length,
    memory: found.memory,
    settings,
    summarise: (values, level, cut) => survivingOf(summary, channel, values, level, cut),
    course: found.course,
  };
  const ofRest = contextOfRest(context, found.rest, ({ filled, level }) =>
    survivingOf(summary, channel, filled, level, patches),
  );
  const all = byKind(found.structures);
  const ratios = new Map<StructureKind, number[]>();
  for (const [kind, ofKind] of all) {
    const structures = ofKind.filter((each) => !found.toldElsewhere.has(each));
    const step = Math.max(1, structures.length / mostPerKind);
    const results: CheckResult[] = [];
    for (let i = 0; i < structures.length; i += step) {
      results.push(
        ...checkStructure(structures[Math.floor(i)], isChangeKind(kind) ? ofRest : context, all, false),
      );
    }
    const known = results.flatMap(({ ratio, verdict }) =>
      ratio === null || verdict === 'not-assessable' ? [] : [ratio],
    );
    ratios.set(kind, known);
  }
  return ratios;
}

/** Median ratio over all channels by kind and size. */
export function sizeSurvival(
  size: number,
  channels: readonly ReadonlyMap<StructureKind, number[]>[],
): SizeSurvival[] {
  return structureKinds.flatMap((kind) => {
    const ratios = channels.flatMap((each) => each.get(kind) ?? []).sort((a, b) => a - b);
    if (ratios.length === 0) return [];
    const ratio = (ratios[(ratios.length - 1) >> 1] + ratios[ratios.length >> 1]) / 2;
    return [{ kind, patchSize: size, ratio, structures: ratios.length }];
  });
}
