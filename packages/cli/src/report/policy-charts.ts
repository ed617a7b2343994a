/** Pictures of a policy that has learned: how its boundaries moved, and what its first and last cuts of the same windows earn. */
import { type BoundaryChartData, boundaryChart, patchesChart, type TopLevelSpec } from '@tessera/core/charts';
import type { WatchedBoundaries } from '@tessera/forecast';
import { writeChartFiles } from './chart-files.js';

/** Windows that one picture shows. */
const windowsShown = 3;
/** Rows of a picture, about. */
const looks = 40;

/** What to watch of a training of so many steps. */
export function watchFor(steps: number) {
  return { windows: windowsShown, every: Math.max(1, Math.ceil(steps / 2 / looks)) };
}

/** Writes `base-boundaries.*` and `base-patches.*` and returns their paths. @throws TesseraError FILE_UNWRITABLE, CHART_FAILED, OPERATION_ABORTED */
export async function writePolicyCharts(
  base: string,
  watched: WatchedBoundaries,
  signal: AbortSignal,
): Promise<string[]> {
  return [
    ...(await writeChartFiles(`${base}-boundaries`, movesChart(watched), signal)),
    ...(await writeChartFiles(`${base}-patches`, rewardsChart(watched), signal)),
  ];
}

function movesChart({ windows, moments }: WatchedBoundaries): TopLevelSpec {
  const panels: BoundaryChartData['panels'] = windows.map(({ id, values }, i) => ({
    name: id,
    values,
    moments: moments.map(({ update, ends }) => ({ update, ends: ends[i] })),
  }));
  return boundaryChart({ title: 'Patch boundaries while the policy learns', panels });
}

function rewardsChart({ windows, moments }: WatchedBoundaries): TopLevelSpec {
  const shown = moments.filter((_, i) => i === 0 || i === moments.length - 1);
  const panels = windows.map(({ id, values, times }, i) => ({
    name: id,
    times: times ?? Float64Array.from(values.keys()),
    values,
    plans: shown.map(({ update, ends, rewards }) => ({
      policy: update === 0 ? 'before learning' : `after ${update} updates`,
      levels: [ends[i]],
      reward: rewards[i],
    })),
  }));
  return patchesChart({
    title: 'Patches before and after learning',
    subtitle: 'Reward: minus the loss of the trained forecaster on this window; higher is better.',
    panels,
  });
}
