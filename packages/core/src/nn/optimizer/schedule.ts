/** Learning rates over steps: linear warm-up, then a half cosine down. Source: Loshchilov and Hutter 2017, arXiv 1608.03983, eq. 5. */
import { z } from 'zod';

export const scheduleOptionsSchema = z.strictObject({
  /** Highest learning rate. */
  peak: z.number().positive().default(1e-3),
  /** Share of all steps spent warming up. */
  warmup: z.number().min(0).max(1).default(0.05),
  /** Lowest learning rate at the end, as a share of the peak. */
  floor: z.number().min(0).max(1).default(0.01),
});
export type ScheduleOptions = Readonly<z.output<typeof scheduleOptionsSchema>>;

/** The learning rate of the `step`-th of `total` steps, counted from 1. */
export function learningRateAt(
  { peak, warmup, floor }: ScheduleOptions,
  step: number,
  total: number,
): number {
  const warm = Math.max(1, Math.round(warmup * total));
  if (step <= warm) return (peak * step) / warm;
  const share = (step - warm) / Math.max(1, total - warm);
  return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, share))));
}
