/** What the chapters share: compare forecasters on the past of a set, forecast by the best, tell it in text and files. */
import { join } from 'node:path';
import type { SeriesSet } from '@tessera/core';
import type { PageSection } from '@tessera/core/charts';
import { writeRows } from '@tessera/core/io';
import type { DatasetCard } from '@tessera/datasets';
import { forecasterFromRecipe, type Recipe, selectForecaster } from '@tessera/forecast';
import { scoreText } from '../commands/backtest-command.js';
import { forecastText } from '../commands/forecast-command.js';
import { backtestSections, plainRows } from '../report/backtest-sections.js';
import { csvOf, writeForecast } from '../report/forecast-files.js';
import type { ChapterContext, ChapterResult } from './demo.js';

/** Rows of the forecast that the terminal shows. */
const rowsShown = 28;

export interface ForecastChapterPlan {
  readonly card: DatasetCard;
  readonly set: SeriesSet;
  readonly recipes: readonly Recipe[];
  readonly horizon: number;
  readonly levels: readonly number[];
  readonly windows: number;
  readonly season: number;
  /** Beginning of its file names, e.g. `forecast`. */
  readonly files: string;
}

export async function forecastChapter(
  plan: ForecastChapterPlan,
  context: ChapterContext,
): Promise<ChapterResult> {
  const { card, set, horizon, levels, windows, season } = plan;
  const { folder, say, signal, onProgress } = context;
  const work = { signal, onProgress };
  say(`\n${card.title}: ${card.range.steps} steps of ${card.entities.ids.length} series`);
  const [first, ...rest] = plan.recipes.map((recipe) => forecasterFromRecipe(recipe));
  const selection = await selectForecaster([first, ...rest], set, { horizon, levels, windows, season }, work);
  if (selection.result !== undefined) say(`\n${scoreText(selection.result)}\n`);
  say(selection.reason);
  const fitted = await selection.forecaster.fit(set, { horizon, ...work });
  const forecast = await fitted.predict({ horizon, levels });
  fitted.dispose?.();
  for (const { detail } of fitted.notes) say(`note: ${detail}`);
  say(`\n${forecastText(forecast, rowsShown)}`);

  const spec = forecast.toVegaLite(set, { title: card.title });
  const provenance = { dataset: card.name, recipe: fitted.recipe, reason: selection.reason };
  const written = await writeForecast(join(folder, plan.files), { forecast, spec, provenance, signal });
  if (selection.result !== undefined) {
    const path = join(folder, `${plan.files}-backtest.csv`);
    await writeRows(plainRows(selection.result), path);
    written.push(path);
  }
  const inner: PageSection[] = selection.result === undefined ? [] : backtestSections(selection.result);
  const section: PageSection = {
    title: card.title,
    blocks: [
      {
        kind: 'text',
        text: `${card.summary}\n\nSource: ${card.source.citation}. Licence: ${card.licence.name}.`,
      },
      {
        kind: 'facts',
        facts: [
          { label: 'Chosen forecaster', value: selection.forecaster.name, detail: selection.reason },
          { label: 'Horizon', value: `${horizon} steps`, detail: `frequency ${card.frequency}` },
          { label: 'Intervals', value: levels.map((level) => `${level} %`).join(', ') },
        ],
      },
      { kind: 'chart', name: plan.files, spec },
      {
        kind: 'downloads',
        files: [{ name: `${plan.files}.csv`, mediaType: 'text/csv', content: csvOf(forecast) }],
      },
    ],
    sections: inner,
  };
  return { sections: [section], files: written };
}
