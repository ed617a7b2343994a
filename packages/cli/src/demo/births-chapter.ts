/** US daily births: one strong week, a year, holidays. Classical forecasters against each other, four weeks ahead. */
import { SeriesSet } from '@tessera/core';
import { datasetCard, loadDataset } from '@tessera/datasets';
import type { Chapter } from './demo.js';
import { forecastChapter } from './forecast-chapter.js';

const week = 7;
/** Five years of history: enough for the year, and still quick to fit anew at each origin. */
const days = 5 * 365;

export const birthsChapter: Chapter = async (context) => {
  const name = 'us-births';
  const whole = await loadDataset(name, { signal: context.signal, onProgress: context.onProgress });
  const set = new SeriesSet(
    whole.frames.map((frame) => frame.slice(Math.max(0, frame.length - days), frame.length)),
  );
  return forecastChapter(
    {
      card: datasetCard(name),
      set,
      recipes: [
        { name: 'seasonal-naive', options: { season: week } },
        { name: 'theta', options: { season: week } },
        { name: 'ets', options: { season: week } },
        { name: 'mstl', options: {} },
        { name: 'dlinear', options: {} },
      ],
      horizon: 28,
      levels: [80, 95],
      windows: 8,
      season: week,
      files: 'forecast',
    },
    context,
  );
};
