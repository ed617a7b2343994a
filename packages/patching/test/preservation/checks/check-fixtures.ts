/** What the tests of checks share: contexts with the default settings, structures with nothing in them, even patches, noise that remembers. */
import { channel, foldIn, RandomStream, randomKey, regularTimeAxis, SeriesFrame } from '@tessera/core';
import { Patches } from '../../../src/patches/index.js';
import type { CheckContext } from '../../../src/preservation/checks/check-context.js';
import type { Structure, StructureKind } from '../../../src/preservation/structures/structure.js';
import { localLevel } from '../../../src/preservation/surviving/local-level.js';
import { type NoiseMemory, noMemory } from '../../../src/preservation/surviving/noise-memory.js';
import { survivingOf, type ValueForm } from '../../../src/preservation/surviving/surviving-of.js';

export const settings = { threshold: 3, preservedRatio: Math.SQRT1_2, margin: 5, reach: 256 } as const;

export function uniform(length: number, size: number): Patches {
  const count = Math.ceil(length / size);
  return Patches.fromEnds(
    Array.from({ length: count }, (_, i) => Math.min(length, (i + 1) * size)),
    length,
  );
}

export function structure(
  kind: StructureKind,
  start: number,
  end: number,
  own: Partial<Structure> = {},
): Structure {
  return {
    kind,
    channel: 'y',
    start,
    end,
    statistic: Number.NaN,
    threshold: 3,
    scale: 1,
    detector: 'given',
    pValue: Number.NaN,
    details: {},
    ...own,
  };
}

export function contextOf(
  raw: Float64Array,
  form: ValueForm,
  patches: Patches,
  structures: readonly Structure[] = [],
  memory: NoiseMemory = noMemory,
): CheckContext {
  const level = localLevel(
    raw,
    structures.filter(({ kind }) => kind === 'spike'),
  );
  const surviving = survivingOf(form, 'y', raw, level, patches);
  const observed = raw.filter((value) => !Number.isNaN(value)).length;
  return { channel: 'y', raw, level, surviving, patches, observed, memory, settings };
}

/** Noise of which each value hands the share `memory` on to the next, with innovations of sd 1; a random walk at 1. */
export function remembering(memory: number, length: number, seed: number): Float64Array {
  const stream = new RandomStream(foldIn(randomKey(41), seed));
  const values = new Float64Array(length);
  let last = memory < 1 ? stream.normal() / Math.sqrt(1 - memory ** 2) : 0;
  for (let t = 0; t < length; t++) {
    values[t] = last;
    last = memory * last + stream.normal();
  }
  return values;
}

export function frameOf(values: ArrayLike<number>, name = 'y'): SeriesFrame {
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: values.length });
  return new SeriesFrame({ id: 'a', time, channels: [channel({ name, values })] });
}

export function mean(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

export function chunks(window: Float64Array, size: number): Float64Array[] {
  return Array.from({ length: Math.ceil(window.length / size) }, (_, i) =>
    window.slice(i * size, (i + 1) * size),
  );
}
