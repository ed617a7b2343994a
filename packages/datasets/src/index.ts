export * from './card/index.js';
export * from './catalogue/index.js';
export * from './download/index.js';
export * from './embedded/index.js';
export * from './files/index.js';
export * from './synthetic/index.js';
