export * from './learned/index.js';
export * from './learning/index.js';
export * from './patches/index.js';
export * from './policies/index.js';
export * from './preservation/index.js';
