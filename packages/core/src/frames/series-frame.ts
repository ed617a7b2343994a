/**
 * One entity’s series: channels aligned on one time axis, with static covariates and known interventions. Immutable:
 * every method returns a new frame, and slices share memory because nothing writes to it. The numbers themselves
 * cannot be frozen by the language, so not writing to them is the reader’s part. A frame does not know how it will be
 * scaled, cut or forecast.
 */
import { TesseraError } from '../errors/tessera-error.js';
import { sameTimeAxis, type TimeAxis } from '../time/time-axis.js';
import { type Channel, type ChannelOptions, type ChannelRole, channel, sliceChannel } from './channel.js';

/** Something done to the series from outside at a known time. */
export interface Intervention {
  readonly name: string;
  /** First moment of its effect, UTC milliseconds. */
  readonly time: number;
  /** First moment after it, where it ended; absent where it goes on. */
  readonly end?: number;
}

export type StaticValue = string | number | boolean;

export interface SeriesFrameOptions {
  readonly id: string;
  readonly time: TimeAxis;
  readonly channels: readonly (Channel | ChannelOptions)[];
  /** Facts that do not change over time, by name. Default none. */
  readonly statics?: Readonly<Record<string, StaticValue>> | undefined;
  readonly interventions?: readonly Intervention[] | undefined;
}

export class SeriesFrame {
  readonly id: string;
  readonly time: TimeAxis;
  readonly channels: readonly Channel[];
  readonly statics: Readonly<Record<string, StaticValue>>;
  readonly interventions: readonly Intervention[];

  /**
   * Checks and copies everything it is given.
   *
   * @throws TesseraError FRAME_INVALID, SHAPE_MISMATCH, NUMBER_INFINITE
   */
  constructor(options: SeriesFrameOptions) {
    const { id, time } = options;
    this.id = id;
    this.time = time;
    this.channels = Object.freeze(options.channels.map((given) => channel({ ...given })));
    this.statics = Object.freeze({ ...options.statics });
    this.interventions = checkedInterventions(id, options.interventions ?? []);
    const names = new Set<string>();
    for (const { name, values } of this.channels) {
      if (values.length !== time.length) {
        throw new TesseraError({
          code: 'SHAPE_MISMATCH',
          argument: `channel "${name}" of series "${id}"`,
          expected: `${time.length} values, one per step`,
          found: `${values.length}`,
          wayOut: 'Align the channel with the time axis; mark what is missing with NaN',
        });
      }
      if (names.has(name)) throw frameError(id, 'channels with distinct names', `"${name}" twice`);
      names.add(name);
    }
    if (names.size === 0) throw frameError(id, 'at least one channel', 'none');
    Object.freeze(this);
  }

  /** Number of steps. */
  get length(): number {
    return this.time.length;
  }

  get targets(): readonly Channel[] {
    return this.withRole('target');
  }

  withRole(role: ChannelRole): readonly Channel[] {
    return this.channels.filter((each) => each.role === role);
  }

  /** The channel of that name. @throws TesseraError CHANNEL_UNKNOWN */
  channel(name: string): Channel {
    const found = this.channels.find((each) => each.name === name);
    if (found !== undefined) return found;
    throw new TesseraError({
      code: 'CHANNEL_UNKNOWN',
      argument: `channel of series "${this.id}"`,
      expected: `one of ${this.channels.map((each) => each.name).join(', ')}`,
      found: `"${name}"`,
      wayOut: 'Use a name that the frame has',
    });
  }

  /** The steps of the half-open range `[from, to)`; shares memory. @throws TesseraError RANGE_INVALID */
  slice(from: number, to: number): SeriesFrame {
    const time = this.time.slice(from, to);
    return derive(this, { time, channels: this.channels.map((each) => sliceChannel(each, from, to)) });
  }

  /**
   * The frame with only the named channels, in the order given.
   *
   * @throws TesseraError CHANNEL_UNKNOWN; FRAME_INVALID for no name, or one name twice
   */
  select(names: readonly string[]): SeriesFrame {
    if (names.length === 0) throw frameError(this.id, 'at least one channel', 'none');
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw frameError(this.id, 'channels with distinct names', `"${twice}" twice`);
    return derive(this, { channels: names.map((name) => this.channel(name)) });
  }

  /** The frame with other channels on the same time axis. @throws TesseraError as the constructor does */
  withChannels(channels: readonly (Channel | ChannelOptions)[]): SeriesFrame {
    const { id, time, statics, interventions } = this;
    return new SeriesFrame({ id, time, channels, statics, interventions });
  }

  /** The frame under another id. */
  withId(id: string): SeriesFrame {
    return derive(this, { id });
  }

  /** The frame with these interventions instead of its own. @throws TesseraError FRAME_INVALID */
  withInterventions(interventions: readonly Intervention[]): SeriesFrame {
    return derive(this, { interventions: checkedInterventions(this.id, interventions) });
  }

  /** Whether two frames are equal in every value, time and name; the order of statics does not matter. */
  equals(other: SeriesFrame): boolean {
    if (this.id !== other.id || !sameTimeAxis(this.time, other.time)) return false;
    if (!sameStatics(this.statics, other.statics)) return false;
    if (!sameInterventions(this.interventions, other.interventions)) return false;
    if (this.channels.length !== other.channels.length) return false;
    return this.channels.every((mine, i) => {
      const theirs = other.channels[i];
      if (theirs === undefined || mine.name !== theirs.name || mine.role !== theirs.role) return false;
      return mine.unit === theirs.unit && mine.values.every((value, t) => Object.is(value, theirs.values[t]));
    });
  }
}

/** `frame` with some parts exchanged for others that were already checked, without copying any. */
function derive(
  frame: SeriesFrame,
  parts: Partial<Pick<SeriesFrame, 'id' | 'time' | 'channels' | 'interventions'>>,
): SeriesFrame {
  const derived: SeriesFrame = Object.create(SeriesFrame.prototype);
  return Object.freeze(
    Object.assign(derived, {
      id: parts.id ?? frame.id,
      time: parts.time ?? frame.time,
      channels: Object.freeze(parts.channels ?? frame.channels),
      statics: frame.statics,
      interventions: parts.interventions ?? frame.interventions,
    }),
  );
}

/** A sorted, frozen copy. */
function checkedInterventions(id: string, given: readonly Intervention[]): readonly Intervention[] {
  const copies = given.map((each) => {
    const { name, time, end } = each;
    if (!Number.isFinite(time)) {
      throw frameError(id, `a finite time of intervention "${name}"`, String(time));
    }
    if (end === undefined) return Object.freeze({ name, time });
    if (!Number.isFinite(end) || end <= time) {
      throw frameError(id, `a finite end of intervention "${name}" after its time ${time}`, String(end));
    }
    return Object.freeze({ name, time, end });
  });
  return Object.freeze(copies.sort((a, b) => a.time - b.time));
}

function sameStatics(a: SeriesFrame['statics'], b: SeriesFrame['statics']): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && Object.is(a[name], b[name]));
}

function sameInterventions(a: readonly Intervention[], b: readonly Intervention[]): boolean {
  if (a.length !== b.length) return false;
  return a.every(({ name, time, end }, i) => name === b[i].name && time === b[i].time && end === b[i].end);
}

function frameError(id: string, expected: string, found: string): TesseraError {
  return new TesseraError({
    code: 'FRAME_INVALID',
    argument: `series "${id}"`,
    expected,
    found,
    wayOut: 'Correct this series',
  });
}
