export * from './frequency.js';
export * from './time-axis.js';
