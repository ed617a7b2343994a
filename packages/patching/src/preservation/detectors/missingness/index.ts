export { detectGaps, type GapOptions } from './detect-gaps.js';
export {
  type ClockReadings,
  clockReadings,
  detectMaskClock,
  type MaskClock,
  type MaskClockOptions,
  maskClocks,
  periodReadings,
} from './detect-mask-clock.js';
export { detectMaskMemory, type MaskMemoryOptions } from './detect-mask-memory.js';
export { detectMaskValues, type MaskValueOptions } from './detect-mask-values.js';
export { detectMissingness, type MissingnessOptions } from './detect-missingness.js';
