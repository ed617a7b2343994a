/** All kinds of structure in one union, with the schema that reads them and the function that plants each. */
import { z } from 'zod';
import { interventionSchema, type PlantedIntervention, plantIntervention } from './intervention.js';
import { levelChangesSchema, type PlantedLevelChanges, plantLevelChanges } from './level-changes.js';
import { missingnessSchema, type PlantedMissingness } from './missingness.js';
import { type PlantedRareRegime, plantRareRegime, rareRegimeSchema } from './rare-regime.js';
import { type PlantedSpikes, plantSpikes, spikesSchema } from './spikes.js';
import type { PlantContext } from './structure.js';
import { type PlantedTrendChanges, plantTrendChanges, trendChangesSchema } from './trend-changes.js';
import {
  type PlantedVarianceChanges,
  plantVarianceChanges,
  varianceChangesSchema,
} from './variance-changes.js';

const schemas = [
  spikesSchema,
  levelChangesSchema,
  trendChangesSchema,
  varianceChangesSchema,
  rareRegimeSchema,
  interventionSchema,
  missingnessSchema,
] as const;

export const structureSchema = z.discriminatedUnion(
  'kind',
  schemas,
  'spikes, level-changes, trend-changes, variance-changes, rare-regime, intervention or missingness',
);

export type StructureOptions = z.input<typeof structureSchema>;
export type ResolvedStructure = z.output<typeof structureSchema>;
export type StructureKind = ResolvedStructure['kind'];

/** A structure that acts on values rather than on what is observed of them. */
export type PlantedValueStructure =
  | PlantedSpikes
  | PlantedLevelChanges
  | PlantedTrendChanges
  | PlantedVarianceChanges
  | PlantedRareRegime
  | PlantedIntervention;

export type PlantedStructure = PlantedValueStructure | PlantedMissingness;

/** @throws TesseraError PLAN_IMPOSSIBLE, OPTIONS_INVALID */
export function plantValueStructure(
  options: Exclude<ResolvedStructure, { kind: 'missingness' }>,
  context: PlantContext,
): PlantedValueStructure {
  switch (options.kind) {
    case 'spikes':
      return plantSpikes(options, context);
    case 'level-changes':
      return plantLevelChanges(options, context);
    case 'trend-changes':
      return plantTrendChanges(options, context);
    case 'variance-changes':
      return plantVarianceChanges(options, context);
    case 'rare-regime':
      return plantRareRegime(options, context);
    case 'intervention':
      return plantIntervention(options, context);
  }
}
