/**
 * US daily births: one strong week, a year, holidays. Classical forecasters and the patch transformer against each other, four weeks
 * ahead.
 */
import { datasetCard, loadDataset } from '@tessera/datasets';
import type { Chapter } from './demo.js';
import { forecastChapter } from './forecast-chapter.js';

const week = 7;

/** Patches are weeks, and the window holds a year and four of them: small enough to train at every origin. */
const patch = {
  model: { lookback: 392, patchLength: 7, stride: 7, width: 32, heads: 4, hidden: 64, layers: 2 },
  training: { steps: 300, batchSize: 64, schedule: { peak: 3e-3 }, validationShare: 0.08, seed: 1 },
};

export const birthsChapter: Chapter = async (context) => {
  const name = 'us-births';
  return forecastChapter(
    {
      card: datasetCard(name),
      set: await loadDataset(name, { signal: context.signal, onProgress: context.onProgress }),
      recipes: [
        { name: 'seasonal-naive', options: { season: week } },
        { name: 'theta', options: { season: week } },
        { name: 'ets', options: { season: week } },
        { name: 'mstl', options: {} },
        { name: 'dlinear', options: {} },
        { name: 'patch', options: patch },
      ],
      horizon: 28,
      levels: [80, 95],
      windows: 5,
      season: week,
      files: 'forecast',
    },
    context,
  );
};
