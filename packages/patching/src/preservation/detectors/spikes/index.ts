export { detectHampelSpikes, type HampelOptions } from './detect-hampel-spikes.js';
export { detectResidualSpikes, type ResidualSpikeOptions } from './detect-residual-spikes.js';
export { detectSpectralSpikes, type SpectralSpikeOptions } from './detect-spectral-spikes.js';
