/**
 * Lets Vega measure text with the metrics of the chart font while one chart is laid out, and only then. Vega has one
 * measuring function for the whole process; its own guess without a canvas is 0.8 em for every character.
 */
import * as vega from 'vega';
import { z } from 'zod';
import { invariant } from '../errors/invariant.js';
import { textWidth } from './font-metrics.js';

/** What Vega passes about a text: a scene graph item. */
const textItem = z.object({
  fontSize: z.coerce.number().catch(11),
  fontWeight: z.union([z.string(), z.number()]).nullish().catch(undefined),
  limit: z.coerce.number().catch(0),
});

interface TextMetrics {
  width: (item: unknown, text: unknown) => number;
}

function isTextMetrics(found: unknown): found is TextMetrics {
  return typeof found === 'object' && found !== null && 'width' in found && typeof found.width === 'function';
}

/** Runs `layOut` under the chart font’s metrics and adds each text it measures to `texts`. */
export async function withFontMetrics<Result>(
  texts: Set<string>,
  layOut: () => Promise<Result>,
): Promise<Result> {
  // The typings of Vega do not know this export.
  const metrics: unknown = Reflect.get(vega, 'textMetrics');
  invariant(isTextMetrics(metrics), 'Vega has text metrics that can be replaced');
  const before = metrics.width;
  metrics.width = (item, text) => {
    if (text === null || text === undefined) return 0;
    const line = String(text).trim();
    const { fontSize, fontWeight, limit } = textItem.parse(item);
    if (line === '' || fontSize <= 0) return 0;
    texts.add(line);
    const width = textWidth(line, fontSize, isBold(fontWeight) ? 'bold' : 'regular');
    return limit > 0 ? Math.min(width, limit) : width;
  };
  try {
    return await layOut();
  } finally {
    metrics.width = before;
  }
}

function isBold(weight: string | number | null | undefined): boolean {
  return weight === 'bold' || weight === 'bolder' || Number(weight) >= 600;
}
