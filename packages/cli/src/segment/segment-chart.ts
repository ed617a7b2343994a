/** The picture of a segmentation: the policies of each series under one another, as PNG, SVG and Vega-Lite. */
import { patchesChart, renderPng, renderSvg, type TopLevelSpec } from '@tessera/core/charts';
import { writeFileAtomically } from '@tessera/core/io';
import type { Segmentation } from './segment-policies.js';

/** Most series one picture holds before it is no longer read. */
const mostSeries = 6;
/** Pixels per point of the PNG: sharp on a dense screen and in print. */
const pngScale = 2;

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

/** Writes `base.vl.json`, `base.svg` and `base.png` and returns their paths. @throws TesseraError FILE_UNWRITABLE, CHART_FAILED */
export async function writeSegmentChart(
  base: string,
  spec: TopLevelSpec,
  signal: AbortSignal,
): Promise<string[]> {
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    [`${base}.vl.json`, JSON.stringify(spec)],
    [`${base}.svg`, await renderSvg(spec)],
    [`${base}.png`, await renderPng(spec, { scale: pngScale })],
  ];
  for (const [path, content] of files) await writeFileAtomically(path, [content], { signal });
  return files.map(([path]) => path);
}
