/** Data sets by name, for commands and configuration; code that knows which one it wants calls its loader. */
import { type LongWorkOptions, nearNames, type SeriesSet, TesseraError } from '@tessera/core';
import type { DatasetCard } from '../card/dataset-card.js';
import { type DatasetEntry, datasetCatalogue } from './dataset-catalogue.js';

/** The cards of all data sets that come with the package. */
export function listDatasets(): DatasetCard[] {
  return datasetCatalogue.map(({ card }) => card);
}

/**
 * The data set of that name, read from its npm package without network.
 *
 * @throws TesseraError DATASET_UNKNOWN, FILE_UNREADABLE where the npm package is not installed, OPERATION_ABORTED
 */
export async function loadDataset(name: string, options: LongWorkOptions = {}): Promise<SeriesSet> {
  return entryOf(name).load(options);
}

/** The card of a data set. @throws TesseraError DATASET_UNKNOWN */
export function datasetCard(name: string): DatasetCard {
  return entryOf(name).card;
}

function entryOf(name: string): DatasetEntry {
  const entry = datasetCatalogue.find(({ card }) => card.name === name);
  if (entry !== undefined) return entry;
  const names = datasetCatalogue.map(({ card }) => card.name);
  const near = nearNames(name, names);
  throw new TesseraError({
    code: 'DATASET_UNKNOWN',
    argument: 'data set',
    expected: `one of ${names.join(', ')}`,
    found: JSON.stringify(name),
    wayOut:
      near.length === 0
        ? 'Use a name of listDatasets(), or read your own file with readTable'
        : `Did you mean ${near.join(' or ')}`,
  });
}
