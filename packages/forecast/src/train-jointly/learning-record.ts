/** How a policy learned, update by update, for logs, charts and the command; the last figures also go into the progress. */
import type { LearningFigures } from '@tessera/patching/learning';

export interface LearningEntry extends LearningFigures {
  /** Updates of the policy so far. */
  readonly update: number;
  /** Length of the policy’s gradient before it was clipped. */
  readonly gradientNorm: number;
  /** Mean charge for what the plans erase, already taken from the reward. */
  readonly penalty: number;
}

export class LearningRecord {
  readonly #entries: LearningEntry[] = [];

  get entries(): readonly LearningEntry[] {
    return this.#entries;
  }

  add(update: number, figures: LearningFigures & { readonly gradientNorm: number }, penalty: number): void {
    this.#entries.push({ update, ...figures, penalty });
  }

  /** The last figures in one line; empty before the first. */
  summary(): string {
    const last = this.#entries.at(-1);
    if (last === undefined) return '';
    const { reward, groupSpread, entropy, boundaryRate, agreement } = last;
    return [
      `reward ${reward.toPrecision(3)}`,
      `spread ${groupSpread.toPrecision(2)}`,
      `entropy ${entropy.toFixed(2)}`,
      `rate ${(1 / boundaryRate).toFixed(1)}`,
      `agreement ${agreement.toFixed(2)}`,
    ].join(', ');
  }
}
