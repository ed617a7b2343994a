/** Every error code with its meaning; the reference of errors is generated from this table. */
export const errorCodes = {
  // options and arguments
  OPTIONS_INVALID: 'An options object does not fit its schema.',
  OPERATION_ABORTED: 'The caller’s AbortSignal stopped the work.',
  INDEX_INVALID: 'An index does not lie in its range.',
  // time
  FREQUENCY_UNKNOWN: 'A frequency name cannot be read, or none can be inferred.',
  TIME_UNPARSABLE: 'A time stamp cannot be read.',
  TIME_FORMATS_MIXED: 'Time stamps of one column are written in different forms.',
  TIME_ZONES_MIXED: 'Some time stamps of one column carry a zone and others do not.',
  TIME_AMBIGUOUS: 'Dates of one column can be read day first or month first.',
  TIME_UNSORTED: 'Times are not strictly increasing.',
  TIME_DUPLICATE: 'The same time stamp occurs twice within one series.',
  TIME_IRREGULAR: 'An operation needs a regular time axis, and this one is irregular.',
  TIME_OFF_GRID: 'A time stamp does not lie on the grid of the given frequency.',
  // frames
  FRAME_INVALID: 'A series frame breaks one of its rules.',
  CHANNEL_UNKNOWN: 'A channel name is not in the frame.',
  SERIES_UNKNOWN: 'A series id is not in the set.',
  SERIES_DUPLICATE: 'The same series id occurs twice in one set.',
  RANGE_INVALID: 'A half-open range does not lie within the series.',
  SERIES_TOO_SHORT: 'A series has fewer observations than the operation needs.',
  // scaling and metrics
  SHAPE_MISMATCH: 'Two arrays that belong together differ in length or shape.',
  METRIC_INPUT_INVALID: 'What a metric is given breaks one of its rules.',
  // tables
  TABLE_EMPTY: 'A table has no rows.',
  TABLE_NO_HEADER: 'The first line of a table does not look like column names.',
  TABLE_MALFORMED: 'A table cannot be read as its format says.',
  COLUMN_UNKNOWN: 'A named column is not in the table.',
  COLUMN_DUPLICATE: 'Two columns of a table have the same name.',
  NUMBER_UNPARSABLE: 'A cell of a number column is not a number.',
  NUMBER_INFINITE: 'A cell of a number column is infinite.',
  ID_MISSING: 'A row does not say which series it belongs to.',
  STATIC_VARIES: 'A static covariate changes within one series.',
  GRID_TOO_LONG: 'A series would need far more steps on its regular grid than it has rows.',
  FORMAT_UNKNOWN: 'The format of a file is not known.',
  FILE_UNREADABLE: 'A file cannot be opened or read.',
  FILE_UNWRITABLE: 'A file cannot be written.',
  // datasets
  DATASET_UNKNOWN: 'A data set name is not in the catalogue.',
  PLAN_IMPOSSIBLE: 'What a synthetic series is to hold does not fit into it.',
  DOWNLOAD_FAILED: 'A download did not complete.',
  CHECKSUM_MISMATCH: 'A file differs from the one that was promised.',
  // forecasting
  FORECASTER_UNKNOWN: 'A forecaster name is not registered.',
  HORIZON_TOO_LONG: 'The horizon is longer than the history allows.',
  FUTURE_MISSING: 'Future covariates that the forecaster was fitted with are missing.',
  CONTEXT_UNSUPPORTED: 'A fitted forecaster cannot be moved to another history without a refit.',
  CONTEXT_MISSING: 'A fitted forecaster has no history to forecast from.',
  LEVEL_INVALID: 'An interval level is not between 0 and 100.',
  FIT_FAILED: 'A forecaster could not be fitted.',
  EXPORT_UNSUPPORTED: 'A model cannot leave the process in that form.',
  PREDICT_FAILED: 'A fitted forecaster could not forecast.',
  FORECAST_INVALID: 'A forecast does not have the shape, series or times that were asked for.',
  BACKTEST_FAILED: 'No series of a backtest could be evaluated.',
  // patches
  PATCHES_TOO_MANY: 'A window has more patches than a model was made for.',
  PATCHES_INVALID: 'Ends do not form a partition of the series.',
  POLICY_UNKNOWN: 'A patch policy name is not registered.',
  AUDIT_INVALID: 'An audit is not of the form that this version reads.',
  // engine
  ENGINE_UNAVAILABLE: 'An engine cannot be opened on this machine.',
  TRACE_UNSUPPORTED: 'A function uses something that cannot be traced into a graph.',
  TRACE_VALUE_READ: 'A function reads its own numbers while it is traced.',
  // models
  PARAMS_INVALID: 'Parameters do not fit the layout of the model.',
  WEIGHTS_INVALID: 'A file of weights is damaged, hostile or of another model.',
  TRAINING_DIVERGED: 'The loss of a training became infinite or NaN.',
  WORKER_FAILED: 'A worker thread ended before its work did.',
  CHECKPOINT_INVALID: 'A checkpoint is damaged or belongs to another run.',
  // charts
  CHART_DATA_INVALID: 'What a chart is given breaks one of its rules.',
  CHART_FAILED: 'A chart specification cannot be drawn.',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof errorCodes;
