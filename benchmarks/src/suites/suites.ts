/** Every suite that the runner knows, by name. */
import type { Suite } from '../runner/suite.js';
import { engineSuite } from './engine.js';
import { engineMemory } from './engine-memory.js';
import { ettLinear, ettPatch } from './ett.js';
import { m4Hourly } from './m4-hourly.js';
import { patchingSuite } from './patching.js';
import { preservationDetectors } from './preservation-detectors.js';
import { preservationPenalty } from './preservation-penalty.js';
import { preservationPlanted } from './preservation-planted.js';
import { preservationRegimes } from './preservation-regimes.js';

export const suites: readonly Suite[] = [
  m4Hourly,
  ettLinear,
  ettPatch,
  engineSuite,
  engineMemory,
  patchingSuite,
  preservationDetectors,
  preservationPenalty,
  preservationPlanted,
  preservationRegimes,
];
