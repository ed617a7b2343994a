/** `tessera forecast FILE`: the next steps of every series, by the forecaster named or by the best of a few. */
import { writeRows } from '@tessera/core/io';
import { type Forecast, type Selection, selectForecaster } from '@tessera/forecast';
import { Command } from 'commander';
import { backtestSections, plainRows } from '../report/backtest-sections.js';
import { writeForecastFiles } from '../report/forecast-files.js';
import { ledgerOf, ledgerText } from '../report/ledger-text.js';
import { progressView } from '../terminal/progress-view.js';
import type { Session } from '../terminal/terminal.js';
import { textTable } from '../terminal/text-table.js';
import { checkPolicyIsUsed, forecastersNamed } from './forecaster-options.js';
import { policyNamed } from './policy-named.js';
import {
  addTableOptions,
  levels,
  list,
  positiveInteger,
  readSeries,
  type TableOptions,
} from './table-options.js';

interface ForecastCommandOptions extends TableOptions {
  readonly horizon: number;
  readonly level: readonly number[];
  readonly model: readonly string[];
  readonly season?: number;
  readonly policy?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Rows of the forecast shown at a terminal; the rest stands in the files. */
const shownRows = 40;

export function forecastCommand(session: Session): Command {
  return addTableOptions(new Command('forecast'))
    .description('Forecast every series of a table')
    .requiredOption('--horizon <steps>', 'steps ahead (required)', positiveInteger)
    .option('--level <percents>', 'central intervals in percent', levels, [80, 95])
    .option('--model <names>', 'auto, or one or more forecasters to choose from', list, ['auto'])
    .option('--season <steps>', 'season (default: that of the frequency)', positiveInteger)
    .option(
      '--policy <name>',
      'what places the patches of the forecaster patch: a file of a learned policy, or a name',
    )
    .option('--out <folder>', 'write CSV, JSON, chart and page here')
    .option('--json', 'print the forecast as JSON and nothing else')
    .option('--quiet', 'show no progress and no notes')
    .action(async (file: string, options: ForecastCommandOptions) => {
      await runForecast(file, options, session);
    });
}

async function runForecast(file: string, options: ForecastCommandOptions, session: Session): Promise<void> {
  const { horizon, level, season, signal } = { ...options, signal: session.signal };
  const quiet = options.quiet === true || options.json === true;
  checkPolicyIsUsed(options.model, options.policy);
  const set = await readSeries(file, options, session, quiet);
  const named = options.policy === undefined ? undefined : await policyNamed(options.policy);
  const candidates = forecastersNamed(options.model, { horizon, season, policy: named?.policy });
  const view = progressView(session.error, quiet);
  const work = { signal, onProgress: view.onProgress };
  try {
    const selection: Selection =
      candidates.length === 1
        ? { forecaster: candidates[0], reason: `${candidates[0].name}: asked for` }
        : await selectForecaster(candidates, set, { horizon, levels: level, season }, work);
    const fitted = await selection.forecaster.fit(set, { horizon, ...work });
    const forecast = await fitted.predict({ horizon, levels: level });
    fitted.dispose?.();
    view.close();
    const ledger = ledgerOf(fitted);
    if (!quiet)
      for (const { detail } of [...fitted.notes, ...forecast.notes]) session.error.write(`note: ${detail}\n`);
    if (options.json === true) {
      const { reason } = selection;
      session.output.write(`${JSON.stringify({ reason, ledger, forecast: forecast.toJSON() })}\n`);
    } else {
      const cost = ledger === undefined ? '' : `${ledgerText(ledger)}\n`;
      session.output.write(`${selection.reason}\n${cost}\n${forecastText(forecast)}\n`);
    }
    if (options.out === undefined) return;
    const written = await writeForecastFiles(options.out, {
      title: `Forecast of ${file === '-' ? 'standard input' : file}`,
      lead: `${set.size} series, ${horizon} steps ahead. ${selection.reason}.`,
      history: set,
      forecast,
      sections: selection.result === undefined ? [] : backtestSections(selection.result),
      provenance: { recipe: fitted.recipe, reason: selection.reason, ledger, repairs: set.repairs },
      signal,
    });
    if (selection.result !== undefined) {
      await writeRows(plainRows(selection.result), `${options.out}/backtest.csv`);
      written.push(`${options.out}/backtest.csv`);
    }
    if (!quiet) session.error.write(`${written.map((path) => `wrote ${path}`).join('\n')}\n`);
  } finally {
    view.close();
    await named?.dispose();
  }
}

/** The first rows of a forecast as a table. */
export function forecastText(forecast: Forecast, most = shownRows): string {
  const rows = forecast.toRows();
  // The median is the point forecast of most; quantile columns stand in the files.
  const columns = Object.keys(rows[0] ?? {}).filter((name) => !/^q0\.\d+$/.test(name));
  const text = textTable({
    columns,
    rows: rows.slice(0, most).map((row) => columns.map((name) => cell(row[name]))),
    digits: 5,
  });
  return rows.length > most ? `${text}\n… ${rows.length - most} more rows` : text;
}

function cell(value: string | number | Date | undefined): string | number | undefined {
  if (!(value instanceof Date)) return value;
  const text = value.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.replace('.000Z', 'Z');
}
