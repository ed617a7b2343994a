/** A chart as files: for other tools (Vega-Lite), for documents (SVG) and for screens and print (PNG). */
import { throwIfAborted } from '@tessera/core';
import { renderPng, renderSvg, type TopLevelSpec } from '@tessera/core/charts';
import { writeFileAtomically } from '@tessera/core/io';

/** Pixels per point of the PNG: sharp on a dense screen and in print. */
const pngScale = 2;

/**
 * Writes `base.vl.json`, `base.svg` and `base.png` and returns their paths; each appears whole or not at all.
 *
 * @throws TesseraError FILE_UNWRITABLE, CHART_FAILED, OPERATION_ABORTED
 */
export async function writeChartFiles(
  base: string,
  spec: TopLevelSpec,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const makers: readonly (readonly [string, () => Promise<string | Uint8Array> | string])[] = [
    [`${base}.vl.json`, () => JSON.stringify(spec, null, 2)],
    [`${base}.svg`, () => renderSvg(spec)],
    [`${base}.png`, () => renderPng(spec, { scale: pngScale })],
  ];
  for (const [path, make] of makers) {
    throwIfAborted(signal, 'write');
    await writeFileAtomically(path, [await make()], { signal });
  }
  return makers.map(([path]) => path);
}
