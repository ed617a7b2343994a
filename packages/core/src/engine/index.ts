export * from './engine.js';
export { type NdArray, type NdData, type NdType, ndArray, scalarArray } from './nd-array.js';
export { encodeModel, type ModelDescription } from './onnx/encode-model.js';
export { type OpenEngineOptions, openEngine } from './open-engine.js';
export { type InputForm, type TracedFunction, traceFunction } from './trace/trace-function.js';
