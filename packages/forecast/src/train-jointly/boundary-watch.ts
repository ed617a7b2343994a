/**
 * Looks at a learning policy every so many updates: how it would cut some windows now, and, once the training is over, what each of those
 * plans earns. All are judged by the same trained forecaster, so that rewards can be compared. Looking draws nothing and changes nothing.
 */
import type { PolicyWindow } from '@tessera/patching';
import { z } from 'zod';
import type { OriginOf, OriginRange } from '../patch/patch-windows.js';
import { policyWindows } from '../patch/policy/planned-windows.js';

export const boundaryWatchSchema = z.strictObject({
  /** Windows to look at: the last one of each of the first series, of those held out where there are such. */
  windows: z.number().int().positive().default(1),
  /** Updates of the policy from one look to the next. */
  every: z.number().int().positive().default(10),
});
export type BoundaryWatchOptions = z.input<typeof boundaryWatchSchema>;

/** How the policy cut the windows at one moment. */
export interface WatchedMoment {
  /** Updates of the policy before it, lessons of a scout included. */
  readonly update: number;
  /** Exclusive ends of the finest patches, one per window. */
  readonly ends: readonly Uint32Array[];
  /** What each plan earns from the trained forecaster, shape `[windows]`; higher is better. */
  readonly rewards: Float64Array;
}

export interface WatchedBoundaries {
  readonly windows: readonly PolicyWindow[];
  /** From before the first update to after the last; of a training that went on from a checkpoint, since then. */
  readonly moments: readonly WatchedMoment[];
}

type Look = Omit<WatchedMoment, 'rewards'>;

export class BoundaryWatch {
  readonly windows: readonly PolicyWindow[];
  readonly origins: readonly OriginOf[];
  readonly #every: number;
  readonly #looks: Look[] = [];

  constructor(
    { windows, every }: z.output<typeof boundaryWatchSchema>,
    ranges: { readonly train: readonly OriginRange[]; readonly validation: readonly OriginRange[] },
    lookback: number,
  ) {
    const filled = [ranges.validation, ranges.train].map((own) => own.filter(({ from, to }) => to > from));
    const chosen = filled.find((own) => own.length > 0) ?? [];
    this.origins = chosen.slice(0, windows).map(({ series, to }) => ({ series, origin: to - 1 }));
    this.windows = policyWindows(this.origins, lookback);
    this.#every = every;
  }

  /** Looks where that is due, or where it is asked for. */
  async look(
    update: number,
    plansOf: (windows: readonly PolicyWindow[]) => Promise<readonly Uint32Array[]>,
    isAsked = false,
  ): Promise<void> {
    if (this.#looks.at(-1)?.update === update) return;
    if (isAsked || update % this.#every === 0)
      this.#looks.push({ update, ends: await plansOf(this.windows) });
  }

  /** All looks with what their plans earn. */
  async judged(
    rewardsOf: (ends: readonly Uint32Array[]) => Promise<Float64Array>,
  ): Promise<WatchedBoundaries> {
    const moments: WatchedMoment[] = [];
    for (const look of this.#looks) moments.push({ ...look, rewards: await rewardsOf(look.ends) });
    return { windows: this.windows, moments };
  }
}
