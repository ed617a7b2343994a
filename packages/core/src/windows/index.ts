export { type LagMatrix, lagMatrix } from './lags.js';
export {
  type SplitOptions,
  type SplitPart,
  type SplitPartReport,
  splitByTime,
  type TimeSplit,
} from './split-by-time.js';
export {
  type ResolvedWindowOptions,
  type SeriesWindow,
  type WindowIndex,
  type WindowOptions,
  Windows,
  type WindowsReport,
  windows,
} from './windows.js';
