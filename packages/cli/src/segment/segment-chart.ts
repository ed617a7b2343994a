/** The picture of a segmentation: the policies of each series under one another. */
import { patchesChart, type TopLevelSpec } from '@tessera/core/charts';
import type { Segmentation } from './segment-policies.js';

/** Most series one picture holds before it is no longer read. */
const mostSeries = 6;

/** Which series are drawn: the first ones that have a step. */
export function drawnSeries(segmentations: readonly Segmentation[]): number[] {
  const [{ windows }] = segmentations;
  return [...windows.keys()].filter((i) => windows[i].values.length > 0).slice(0, mostSeries);
}

/** @throws TesseraError CHART_DATA_INVALID where there is no step to draw */
export function segmentChart(
  title: string,
  segmentations: readonly Segmentation[],
  unit: string | undefined,
): TopLevelSpec {
  const [{ windows }] = segmentations;
  const panels = drawnSeries(segmentations).map((series) => {
    const { values, times, id } = windows[series];
    return {
      name: windows.length === 1 ? undefined : id,
      unit,
      times: times ?? Float64Array.from(values.keys()),
      values,
      plans: segmentations.map(({ name, trees }) => ({
        policy: name,
        levels: trees[series].levels.map((level) => level.toEnds()),
      })),
    };
  });
  return patchesChart({ title, panels });
}
