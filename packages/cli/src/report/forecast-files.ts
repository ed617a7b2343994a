/**
 * Everything a forecast leaves behind in a folder: numbers for programs (CSV, JSON), the chart for other tools (Vega-Lite), for
 * documents (SVG, PNG) and one page for a person. Files appear whole or not at all.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type LongWorkOptions, type SeriesSet, TesseraError, throwIfAborted } from '@tessera/core';
import { type PageSection, renderPage, renderPng, renderSvg, type TopLevelSpec } from '@tessera/core/charts';
import { rowsToCsv, writeFileAtomically } from '@tessera/core/io';
import type { Forecast } from '@tessera/forecast';

/** Pixels per point of the PNG: sharp on a dense screen and in print. */
const pngScale = 2;

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

/** Writes the files and returns their paths. @throws TesseraError FILE_UNWRITABLE, CHART_FAILED, OPERATION_ABORTED */
export async function writeForecastFiles(folder: string, options: ForecastFilesOptions): Promise<string[]> {
  const { title, lead, history, forecast, sections, provenance, signal } = options;
  await makeFolder(folder);
  const csv = Array.from(rowsToCsv(forecast.toRows())).join('');
  const spec = forecast.toVegaLite(history, { title, maxPanels: mostPanels });
  const steps: readonly (readonly [string, () => Promise<string | Uint8Array> | string])[] = [
    ['forecast.csv', () => csv],
    ['forecast.json', () => JSON.stringify({ ...provenance, forecast: forecast.toJSON() }, null, 2)],
    ['forecast.vl.json', () => JSON.stringify(spec, null, 2)],
    ['forecast.svg', () => renderSvg(spec)],
    ['forecast.png', () => renderPng(spec, { scale: pngScale })],
    ['index.html', () => renderPage({ title, lead, sections: [forecastSection(spec, csv), ...sections] })],
  ];
  const written: string[] = [];
  for (const [name, make] of steps) {
    throwIfAborted(signal, 'write');
    const path = join(folder, name);
    await writeFileAtomically(path, [await make()], { signal });
    written.push(path);
  }
  return written;
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
