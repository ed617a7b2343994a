/** `tessera backtest FILE`: forecasters against each other on rolling origins, failures told and not hidden. */
import { rowsToCsv, writeRows } from '@tessera/core/io';
import { type BacktestResult, backtest } from '@tessera/forecast';
import { Command } from 'commander';
import { plainRows } from '../report/backtest-sections.js';
import { makeFolder } from '../report/forecast-files.js';
import { progressView } from '../terminal/progress-view.js';
import type { Session } from '../terminal/terminal.js';
import { oneLine, textTable } from '../terminal/text-table.js';
import { forecastersNamed } from './forecaster-options.js';
import {
  addTableOptions,
  levels,
  list,
  positiveInteger,
  readSeries,
  type TableOptions,
} from './table-options.js';

interface BacktestCommandOptions extends TableOptions {
  readonly horizon: number;
  readonly windows: number;
  readonly step?: number;
  readonly gap?: number;
  readonly sliding?: number;
  readonly refit: boolean;
  readonly level: readonly number[];
  readonly model: readonly string[];
  readonly season?: number;
  readonly metrics?: readonly string[];
  readonly workers?: number;
  readonly out?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly quiet?: boolean;
}

export function backtestCommand(session: Session): Command {
  return addTableOptions(new Command('backtest'))
    .description('Compare forecasters on rolling origins at the end of every series')
    .requiredOption('--horizon <steps>', 'steps ahead (required)', positiveInteger)
    .option('--windows <count>', 'origins per series', positiveInteger, 5)
    .option('--step <steps>', 'steps between two origins (default: the horizon)', positiveInteger)
    .option('--gap <steps>', 'steps between training and forecast (default: 0)', positiveInteger)
    .option('--sliding <steps>', 'train on the last steps only (default: all history)', positiveInteger)
    .option('--no-refit', 'fit once and forecast later origins from context')
    .option('--level <percents>', 'central intervals in percent', levels, [80, 95])
    .option('--model <names>', 'auto, all, or forecasters by name', list, ['auto'])
    .option('--metrics <names>', 'e.g. MASE,coverage-80 (default: all)', list)
    .option('--season <steps>', 'season (default: that of the frequency)', positiveInteger)
    .option('--workers <threads>', 'threads (default: one per core)', positiveInteger)
    .option('--out <folder>', 'write every score as CSV and JSON here')
    .option('--json', 'print the result as JSON and nothing else')
    .option('--csv', 'print every score as CSV and nothing else')
    .option('--quiet', 'show no progress and no notes')
    .action(async (file: string, options: BacktestCommandOptions) => {
      await runBacktest(file, options, session);
    });
}

async function runBacktest(file: string, options: BacktestCommandOptions, session: Session): Promise<void> {
  const { horizon, windows, step, gap, sliding, refit, level, season, metrics, workers } = options;
  const isForMachines = options.json === true || options.csv === true;
  const quiet = options.quiet === true || isForMachines;
  const set = await readSeries(file, options, session, quiet);
  const view = progressView(session.error, quiet);
  let result: BacktestResult;
  try {
    result = await backtest(
      forecastersNamed(options.model, { horizon, season }),
      set,
      {
        horizon,
        windows,
        step,
        ...(gap === undefined ? {} : { gap }),
        strategy: sliding === undefined ? 'expanding' : { sliding },
        refit,
        levels: level,
        season,
        metrics,
        ...(workers === undefined ? {} : { workers }),
      },
      { signal: session.signal, onProgress: view.onProgress },
    );
  } finally {
    view.close();
  }
  if (options.json === true) session.output.write(`${JSON.stringify(result)}\n`);
  else if (options.csv === true) session.output.write(Array.from(rowsToCsv(plainRows(result))).join(''));
  else session.output.write(`${scoreText(result)}\n`);
  if (!quiet) session.error.write(failureText(result));
  if (options.out === undefined) return;
  await makeFolder(options.out);
  await writeRows(plainRows(result), `${options.out}/backtest.csv`);
  await writeRows(
    result.summary().map((row) => ({ ...row })),
    `${options.out}/summary.csv`,
  );
  if (!quiet) session.error.write(`wrote ${options.out}/backtest.csv\nwrote ${options.out}/summary.csv\n`);
}

/** Models by metrics, the best by CRPS first where it was scored, with the seconds each took. */
export function scoreText(result: BacktestResult): string {
  const summary = result.summary();
  const metrics = [...new Set(summary.map((row) => row.metric))];
  const value = (model: string, metric: string) =>
    summary.find((row) => row.model === model && row.metric === metric)?.value;
  const order = metrics.includes('CRPS') ? 'CRPS' : metrics[0];
  const models = [...result.models].sort(
    (a, b) =>
      (value(a.name, order) ?? Number.POSITIVE_INFINITY) - (value(b.name, order) ?? Number.POSITIVE_INFINITY),
  );
  return textTable({
    columns: ['forecaster', ...metrics, 'seconds'],
    rows: models.map(({ name, fitSeconds, predictSeconds }) => [
      name,
      ...metrics.map((metric) => value(name, metric)),
      fitSeconds + predictSeconds,
    ]),
  });
}

/** How many failed, and the first few of them. */
export function failureText({ failures }: BacktestResult): string {
  if (failures.length === 0) return '';
  const lines = failures.slice(0, 5).map(({ model, message }) => `  ${model ?? 'plan'}: ${oneLine(message)}`);
  const more = failures.length > lines.length ? [`  … ${failures.length - lines.length} more`] : [];
  return [`${failures.length} failures; what failed is not in the scores:`, ...lines, ...more, ''].join('\n');
}
