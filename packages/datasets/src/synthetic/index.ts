export type { ComposedSeries, SyntheticBase } from './compose.js';
export {
  type NoiseDecision,
  type NoiseTaskOptions,
  noiseTask,
  type SeasonalDecision,
  type SeasonalTask,
  type SeasonalTaskOptions,
  seasonalTask,
} from './event-tasks/control-tasks.js';
export {
  type DecoyOptions,
  type DecoyTask,
  decoyTask,
  type EchoDecision,
  type EchoOptions,
  type EchoTask,
  echoTask,
} from './event-tasks/echo.js';
export type {
  EventFloors,
  EventSeries,
  EventSeriesOptions,
  EventTask,
  EventTruth,
  EventWindow,
  EventWindows,
  TaskOptions,
} from './event-tasks/event-task.js';
export {
  type EventDecision,
  type EventTaskName,
  eventTaskByName,
  eventTaskNames,
} from './event-tasks/event-task-by-name.js';
export {
  type LastChangeDecision,
  type LastChangeOptions,
  type LastChangeTask,
  lastChangeTask,
} from './event-tasks/last-change.js';
export {
  type MotifDecision,
  type MotifOptions,
  type MotifTask,
  motifTask,
} from './event-tasks/motif.js';
export type { Span } from './placement.js';
export type { NoiseOptions } from './signal/noise.js';
export type { Seasonality, SeasonalityOptions } from './signal/seasonality.js';
export type { InterventionEvent, PlantedIntervention } from './structures/intervention.js';
export type { PlantedLevelChanges } from './structures/level-changes.js';
export type { PlantedMissingness } from './structures/missingness.js';
export type { PlantedStructure, StructureKind, StructureOptions } from './structures/plant-structure.js';
export type { PlantedRareRegime } from './structures/rare-regime.js';
export type { PlantedSpikes } from './structures/spikes.js';
export type { Planted, SizedEvent, StructureEffect } from './structures/structure.js';
export type { PlantedTrendChanges } from './structures/trend-changes.js';
export type { PlantedVarianceChanges, VarianceChange } from './structures/variance-changes.js';
export {
  type ResolvedSyntheticSeriesOptions,
  type SyntheticSeries,
  type SyntheticSeriesOptions,
  syntheticSeries,
} from './synthetic-series.js';
export {
  type ControlTruth,
  type SyntheticTruth,
  structuresOfKind,
  withoutStructures,
} from './synthetic-truth.js';
