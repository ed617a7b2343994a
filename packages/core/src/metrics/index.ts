export type { Metric, MetricInput, MetricPart } from './metric.js';
