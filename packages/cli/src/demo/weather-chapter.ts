/** Daily weather of Seattle and New York: several channels of two series at once. */
import { datasetCard, loadDataset } from '@tessera/datasets';
import type { Chapter } from './demo.js';
import { forecastChapter } from './forecast-chapter.js';

export const weatherChapter: Chapter = async (context) => {
  const name = 'weather';
  return forecastChapter(
    {
      card: datasetCard(name),
      set: await loadDataset(name, { signal: context.signal, onProgress: context.onProgress }),
      recipes: [
        { name: 'seasonal-naive', options: { season: 365 } },
        { name: 'window-mean', options: {} },
        { name: 'nlinear', options: {} },
        { name: 'dlinear', options: {} },
      ],
      horizon: 28,
      levels: [80, 95],
      windows: 5,
      season: 1,
      files: 'weather',
    },
    context,
  );
};
