export {
  type CalendarCycle,
  type CalendarFeatureName,
  calendarCycles,
  calendarFeatures,
  defaultCalendarFeatures,
} from './calendar-features.js';
export type { EpochUnit } from './epoch-time.js';
export {
  addSteps,
  defaultSeason,
  type Frequency,
  type FrequencyUnit,
  fixedStep,
  formatFrequency,
  frequencyUnits,
  isOnGrid,
  parseFrequency,
  resolveFrequency,
  stepsBetween,
} from './frequency.js';
export { inferFrequency } from './infer-frequency.js';
export type { ParsedTimes, TimeColumnForm, TimeParser, TimeParserOptions } from './parse-time.js';
export { parseTimes, timeParser } from './parse-time.js';
export * from './time-axis.js';
