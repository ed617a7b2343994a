/** What all change detectors do around their search: skip what is missing, say when nothing can be judged, and go back to steps. */
import type { Detection } from '../../structures/detection.js';
import type { Structure, StructureKind } from '../../structures/structure.js';
import { type ObservedSteps, observedSteps } from '../observed-steps.js';

/** A change between two observed values, by its index among them. */
export interface FoundChange
  extends Pick<Structure, 'statistic' | 'threshold' | 'scale' | 'pValue' | 'details'> {
  readonly at: number;
}

export interface ChangeSearch {
  readonly detector: string;
  readonly kind: StructureKind;
  readonly channel: string;
  readonly values: Float64Array;
  readonly options: Readonly<Record<string, unknown>>;
  /** Fewest observed values that can be judged. */
  readonly leastValues: number;
  readonly find: (observed: Float64Array) => readonly FoundChange[];
}

/**
 * Runs a search on the observed values. A change across a gap is put at the first observed step after it; how many missing steps lie
 * just before is its detail `gap`.
 *
 * @throws TesseraError NUMBER_INFINITE
 */
export function detectionOfChanges(search: ChangeSearch): Detection {
  const { detector, channel, kind, options, leastValues } = search;
  const observed = observedSteps(channel, search.values);
  const { missing } = observed;
  const count = observed.values.length;
  if (count < leastValues) {
    const reason = `${count} observed values, and ${leastValues} are the least that can hold a change`;
    return { detector, options, structures: [], status: 'not-assessable', reason, missing };
  }
  const structures = search
    .find(observed.values)
    .map((found) => structureOf(found, observed, { kind, channel, detector }));
  return { detector, options, structures, status: structures.length > 0 ? 'found' : 'none', missing };
}

function structureOf(
  { at, details, ...figures }: FoundChange,
  { steps }: ObservedSteps,
  about: Pick<Structure, 'kind' | 'channel' | 'detector'>,
): Structure {
  const start = steps[at];
  return {
    ...about,
    start,
    end: start + 1,
    ...figures,
    details: { ...details, gap: start - steps[at - 1] - 1 },
  };
}
