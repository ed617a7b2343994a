/** Plans of structures that fit together into 600 hourly steps, for tests that hold for any of them. */
import fc from 'fast-check';
import type { StructureOptions } from '../../src/synthetic/index.js';

export type NamedStructure = StructureOptions & { readonly name: string };

/** One of each kind, and missingness by each mechanism. */
export const everyStructure: NamedStructure[] = [
  { kind: 'spikes', name: 'spikes', count: 6, width: [1, 3], minSpacing: 10 },
  { kind: 'missingness', name: 'at-random', mechanism: { type: 'random', rate: 0.1 } },
  { kind: 'level-changes', name: 'level-changes', count: 3, minSegment: 30 },
  { kind: 'trend-changes', name: 'trend-changes', count: 2, size: 0.02 },
  { kind: 'variance-changes', name: 'variance-changes', count: 2 },
  { kind: 'missingness', name: 'by-value', mechanism: { type: 'value', rate: 0.1 } },
  {
    kind: 'rare-regime',
    name: 'rare-regime',
    share: 0.1,
    count: 3,
    noise: { ratio: 2, autocorrelation: 0.8 },
    seasonScale: 0.25,
  },
  { kind: 'intervention', name: 'campaign', at: 300, end: 420, level: 3, slope: -0.02 },
  { kind: 'missingness', name: 'blocks', mechanism: { type: 'blocks', count: 3 } },
  { kind: 'missingness', name: 'at-night', mechanism: { type: 'clock' } },
];

/** Some of them, in any order. */
export const arbitraryStructures = fc
  .subarray(everyStructure)
  .chain((chosen) => fc.shuffledSubarray(chosen, { minLength: chosen.length, maxLength: chosen.length }));
