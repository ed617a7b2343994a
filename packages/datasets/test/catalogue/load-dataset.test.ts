import { describe, expect, it } from 'vitest';
import { datasetCard, listDatasets, loadDataset } from '../../src/catalogue/load-dataset.js';

describe('the catalogue', () => {
  it('lists cards with distinct names', () => {
    const names = listDatasets().map(({ name }) => name);
    expect(names).toEqual(['us-births', 'co2', 'weather', 'us-employment', 'us-unemployment', 'flights']);
    expect(new Set(names).size).toBe(names.length);
  });

  it('loads a data set by name', async () => {
    expect((await loadDataset('co2')).ids).toEqual(['mauna-loa']);
  });

  it('gives a card by name', () => {
    expect(datasetCard('weather').title).toBe('Daily weather in Seattle and New York, 2012 to 2015');
  });

  it('names what was probably meant', async () => {
    await expect(loadDataset('US_birth')).rejects.toThrow(
      'DATASET_UNKNOWN: data set: expected one of us-births, co2, weather, us-employment, us-unemployment, flights, found "US_birth". Did you mean us-births.',
    );
  });

  it('says where to look where nothing is near', async () => {
    await expect(loadDataset('electricity')).rejects.toMatchObject({
      code: 'DATASET_UNKNOWN',
      wayOut: 'Use a name of listDatasets(), or read your own file with readTable',
    });
  });

  it('heeds a signal', async () => {
    await expect(loadDataset('us-births', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'OPERATION_ABORTED',
    });
  });
});
