/**
 * What every planted structure shares: the context it is planted in, the effect it has, the events it tells of. Effects
 * are kept apart, so that any structure can be taken out again; `compose.ts` says how they add up.
 */
import type { Key, TimeAxis } from '@tessera/core';
import type { Span } from '../placement.js';

/** What a structure may know of the series: never what other structures do. */
export interface PlantContext {
  /** The structure's own key. */
  readonly key: Key;
  readonly time: TimeAxis;
  /** Sd of the base noise, the yardstick of sizes. */
  readonly noiseSd: number;
}

/** What a structure does, step by step; each array has shape `[T]`, and an absent one changes nothing. */
export interface StructureEffect {
  /** Added to the signal. */
  readonly signal?: Float64Array;
  /** Multiplies the sum of the seasonalities. */
  readonly seasonScale?: Float64Array;
  /** Takes the place of the noise where not NaN. */
  readonly noise?: Float64Array;
  /** Multiplies the noise. */
  readonly noiseScale?: Float64Array;
  /** 1 where the value is not observed. */
  readonly missing?: Uint8Array;
}

export interface Planted<Kind extends string, Options, Event extends Span> {
  readonly kind: Kind;
  /** Unique within a series. */
  readonly name: string;
  /** With defaults. */
  readonly options: Options;
  /** In order of time. */
  readonly events: readonly Event[];
  readonly effect: StructureEffect;
}

/** An event with a signed size in the unit of the values. */
export interface SizedEvent extends Span {
  readonly size: number;
}
