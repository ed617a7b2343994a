/** Notes of forecasters, counted: what is said at every window is kept once, so that memory does not grow with windows. */
import type { FitNote } from '../forecaster/fit-note.js';

export interface CountedNote extends FitNote {
  /** How often it was made; `count` is the sum over these, `detail` is of the first. */
  readonly times: number;
}

/** Notes of the same kind, series and channel become one. */
export class NoteTally {
  readonly #byKey = new Map<string, CountedNote>();

  add(notes: readonly (FitNote | CountedNote)[]): void {
    for (const note of notes) {
      const times = 'times' in note ? note.times : 1;
      const key = JSON.stringify([note.kind, note.id, note.channel]);
      const known = this.#byKey.get(key);
      this.#byKey.set(
        key,
        known === undefined
          ? { ...note, times }
          : { ...known, count: known.count + note.count, times: known.times + times },
      );
    }
  }

  notes(): CountedNote[] {
    return [...this.#byKey.values()];
  }
}
