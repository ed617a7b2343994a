export { detectMeanChanges, type MeanChangeOptions } from './detect-mean-changes.js';
export { detectOnlineChanges, type OnlineChangeOptions } from './detect-online-changes.js';
export { detectTrendChanges, type TrendChangeOptions } from './detect-trend-changes.js';
export { detectVarianceChanges, type VarianceChangeOptions } from './detect-variance-changes.js';
