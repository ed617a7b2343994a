export * from './patches/index.js';
