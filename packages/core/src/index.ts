export { type ErrorCode, errorCodes } from './errors/error-codes.js';
export { invariant } from './errors/invariant.js';
export { TesseraError, type TesseraErrorOptions } from './errors/tessera-error.js';
export type { Channel, ChannelOptions, ChannelRole } from './frames/channel.js';
export { channel, countObserved } from './frames/channel.js';
export type { Repair } from './frames/repair.js';
export type { Intervention, SeriesFrameOptions, StaticValue } from './frames/series-frame.js';
export { SeriesFrame } from './frames/series-frame.js';
export { SeriesSet } from './frames/series-set.js';
export { nearNames } from './io/near-names.js';
export * from './metrics/index.js';
export { parseOptions } from './options/parse-options.js';
export {
  type LongWorkOptions,
  type Progress,
  progressReporter,
  throwIfAborted,
} from './progress/progress.js';
export * from './random/key.js';
export * from './scaling/index.js';
export * from './time/index.js';
export * from './windows/index.js';
