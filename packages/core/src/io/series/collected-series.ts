/** What is known of one series while rows come in: its cells in order of arrival, as compact as they allow. */
import type { StaticValue } from '../../frames/series-frame.js';
import { ArithmeticRuns } from './arithmetic-runs.js';
import { NumberBlocks } from './number-blocks.js';

export class CollectedSeries {
  readonly id: string;
  /** UTC milliseconds as read, in order of arrival; the time column’s form settles them. */
  readonly times = new ArithmeticRuns();
  /** Row of the table each value came from. */
  readonly rows = new ArithmeticRuns();
  /** One list per channel; NaN where missing. */
  readonly channels: readonly NumberBlocks[];
  readonly statics: (StaticValue | undefined)[];

  constructor(id: string, channels: number, statics: number) {
    this.id = id;
    this.channels = Array.from({ length: channels }, () => new NumberBlocks());
    this.statics = new Array(statics).fill(undefined);
  }

  get length(): number {
    return this.times.length;
  }
}
