/**
 * Everything a forecast leaves behind in a folder: numbers for programs (CSV, JSON), the chart for other tools (Vega-Lite), for
 * documents (SVG, PNG) and one page for a person. Files appear whole or not at all.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type LongWorkOptions, type SeriesSet, TesseraError } from '@tessera/core';
import { type PageSection, renderPage, type TopLevelSpec } from '@tessera/core/charts';
import { rowsToCsv, writeFileAtomically } from '@tessera/core/io';
import type { Forecast } from '@tessera/forecast';
import { writeChartFiles } from './chart-files.js';

export interface ForecastFilesOptions extends LongWorkOptions {
  readonly title: string;
  /** A sentence or two under the title of the page. */
  readonly lead: string;
  readonly history: SeriesSet;
  readonly forecast: Forecast;
  /** Sections of the page after the forecast chart. */
  readonly sections: readonly PageSection[];
  /** Facts stored beside the forecast in its JSON: settings, versions, scores. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** Most panels one chart holds before it is no longer read. */
const mostPanels = 12;

/** What is written of a forecast alone. */
export interface ForecastNumbers {
  readonly forecast: Forecast;
  /** Its chart. */
  readonly spec: TopLevelSpec;
  /** Facts stored beside the forecast in its JSON. */
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
}

/** Writes the files and returns their paths. @throws TesseraError FILE_UNWRITABLE, CHART_FAILED, OPERATION_ABORTED */
export async function writeForecastFiles(folder: string, options: ForecastFilesOptions): Promise<string[]> {
  const { title, lead, history, forecast, sections, provenance, signal } = options;
  await makeFolder(folder);
  const spec = forecast.toVegaLite(history, { title, maxPanels: mostPanels });
  const written = await writeForecast(join(folder, 'forecast'), { forecast, spec, provenance, signal });
  const page = renderPage({ title, lead, sections: [forecastSection(spec, csvOf(forecast)), ...sections] });
  const path = join(folder, 'index.html');
  await writeFileAtomically(path, [await page], { signal });
  return [...written, path];
}

/**
 * Writes `base.csv`, `base.json` and the chart and returns their paths.
 *
 * @throws TesseraError FILE_UNWRITABLE, CHART_FAILED, OPERATION_ABORTED
 */
export async function writeForecast(base: string, numbers: ForecastNumbers): Promise<string[]> {
  const { forecast, spec, provenance, signal } = numbers;
  const contents: readonly (readonly [string, string])[] = [
    [`${base}.csv`, csvOf(forecast)],
    [`${base}.json`, JSON.stringify({ ...provenance, forecast: forecast.toJSON() }, null, 2)],
  ];
  for (const [path, content] of contents) await writeFileAtomically(path, [content], { signal });
  return [...contents.map(([path]) => path), ...(await writeChartFiles(base, spec, signal))];
}

/** The rows of a forecast as CSV. */
export function csvOf(forecast: Forecast): string {
  return Array.from(rowsToCsv(forecast.toRows())).join('');
}

function forecastSection(spec: TopLevelSpec, csv: string): PageSection {
  return {
    title: 'Forecast',
    blocks: [
      { kind: 'chart', name: 'forecast', spec },
      { kind: 'downloads', files: [{ name: 'forecast.csv', mediaType: 'text/csv', content: csv }] },
    ],
  };
}

/** @throws TesseraError FILE_UNWRITABLE */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new TesseraError({
      code: 'FILE_UNWRITABLE',
      argument: `folder ${folder}`,
      expected: 'a folder that can be made and written to',
      found: error instanceof Error ? error.message : String(error),
      wayOut: 'Choose another folder with --out',
      cause: error,
    });
  }
}
