/**
 * Many series frames with distinct ids, in a fixed order: what forecasters fit on and tables become. The frames may
 * differ in length and time; a set does not align them.
 */
import { TesseraError } from '../errors/tessera-error.js';
import type { Repair } from './repair.js';
import type { SeriesFrame } from './series-frame.js';

export class SeriesSet {
  readonly frames: readonly SeriesFrame[];
  /** What the reader of the table changed or counted; empty for a set made by hand. */
  readonly repairs: readonly Repair[];
  readonly #byId: ReadonlyMap<string, SeriesFrame>;

  /** @throws TesseraError SERIES_DUPLICATE */
  constructor(frames: Iterable<SeriesFrame>, repairs: readonly Repair[] = []) {
    const byId = new Map<string, SeriesFrame>();
    for (const frame of frames) {
      if (byId.has(frame.id)) {
        throw new TesseraError({
          code: 'SERIES_DUPLICATE',
          argument: 'series ids',
          expected: 'distinct ids',
          found: `"${frame.id}" twice`,
          wayOut: 'Rename one of the two series',
        });
      }
      byId.set(frame.id, frame);
    }
    this.#byId = byId;
    this.repairs = Object.freeze([...repairs]);
    this.frames = Object.freeze([...byId.values()]);
  }

  get size(): number {
    return this.frames.length;
  }

  get ids(): readonly string[] {
    return this.frames.map((frame) => frame.id);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The frame of that id. @throws TesseraError SERIES_UNKNOWN */
  get(id: string): SeriesFrame {
    const found = this.#byId.get(id);
    if (found !== undefined) return found;
    const some = this.frames
      .slice(0, 5)
      .map((frame) => frame.id)
      .join(', ');
    const choice = this.size > 5 ? `one of ${this.size} ids such as ${some}` : `one of ${some}`;
    throw new TesseraError({
      code: 'SERIES_UNKNOWN',
      argument: 'series id',
      expected: this.size === 0 ? 'an id of the set, which is empty' : choice,
      found: `"${id}"`,
      wayOut: 'Use an id that the set has',
    });
  }

  map(change: (frame: SeriesFrame, index: number) => SeriesFrame): SeriesSet {
    return new SeriesSet(this.frames.map(change), this.repairs);
  }

  filter(keep: (frame: SeriesFrame, index: number) => boolean): SeriesSet {
    return new SeriesSet(this.frames.filter(keep), this.repairs);
  }

  [Symbol.iterator](): IterableIterator<SeriesFrame> {
    return this.frames[Symbol.iterator]();
  }
}
