/** What is known of a synthetic series, and the questions a checker asks of it. */
import { TesseraError } from '@tessera/core';
import { type ComposedSeries, compose, type SyntheticBase } from './compose.js';
import type { PlantedStructure, StructureKind } from './structures/plant-structure.js';

export interface ControlTruth {
  /** Name of its channel. */
  readonly name: string;
  /** The base signal, shape `[T]`: nothing planted reaches a control. */
  readonly signal: Float64Array;
  /** Shape `[T]`. */
  readonly noise: Float64Array;
}

/** The truth of the target channel, with its controls. Arrays belong to the truth and are not to be written to. */
export interface SyntheticTruth extends ComposedSeries {
  readonly base: SyntheticBase;
  /** Sd of the base noise, in the unit of the values: what sizes are multiples of. */
  readonly noiseSd: number;
  /** In the order given, missingness after all others. */
  readonly structures: readonly PlantedStructure[];
  readonly controls: readonly ControlTruth[];
}

/** The planted structures of one kind, typed as such. */
export function structuresOfKind<Kind extends StructureKind>(
  truth: SyntheticTruth,
  kind: Kind,
): Extract<PlantedStructure, { kind: Kind }>[] {
  return truth.structures.filter(
    (each): each is Extract<PlantedStructure, { kind: Kind }> => each.kind === kind,
  );
}

/**
 * The counterfactual: the series as it would have been without the named structures, with the same noise and all other
 * structures in place. A mask drawn from the values stays as it was drawn.
 *
 * @throws TesseraError OPTIONS_INVALID where a name is not planted
 */
export function withoutStructures(truth: SyntheticTruth, names: readonly string[]): ComposedSeries {
  const planted = truth.structures.map(({ name }) => name);
  for (const name of names) {
    if (planted.includes(name)) continue;
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'withoutStructures names',
      expected: planted.length === 0 ? 'no names, since nothing is planted' : `some of ${planted.join(', ')}`,
      found: `"${name}"`,
      wayOut: 'Use names that the truth has',
    });
  }
  return compose(
    truth.base,
    truth.structures.filter(({ name }) => !names.includes(name)),
  );
}
