export { detectRareStretches, type RareStretchOptions } from './detect-rare-stretches.js';
export { detectRegimes, type RegimeOptions } from './detect-regimes.js';
