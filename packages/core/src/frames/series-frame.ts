/**
 * One entity’s series: channels aligned on one time axis, with static covariates and known interventions. Immutable:
 * every method returns a new frame, and slices share memory because nothing writes to it. A frame does not know how
 * it will be scaled, cut or forecast.
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
    this.interventions = Object.freeze([...(options.interventions ?? [])].sort((a, b) => a.time - b.time));
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
    return this.#derive({ time, channels: this.channels.map((each) => sliceChannel(each, from, to)) });
  }

  /** The frame with only the named channels, in the order given. @throws TesseraError CHANNEL_UNKNOWN */
  select(names: readonly string[]): SeriesFrame {
    if (names.length === 0) throw frameError(this.id, 'at least one channel', 'none');
    return this.#derive({ channels: names.map((name) => this.channel(name)) });
  }

  /** The frame with other channels on the same time axis. @throws TesseraError as the constructor does */
  withChannels(channels: readonly (Channel | ChannelOptions)[]): SeriesFrame {
    const { id, time, statics, interventions } = this;
    return new SeriesFrame({ id, time, channels, statics, interventions });
  }

  /** The frame under another id. */
  withId(id: string): SeriesFrame {
    return this.#derive({ id });
  }

  /** The frame with these interventions instead of its own. */
  withInterventions(interventions: readonly Intervention[]): SeriesFrame {
    return this.#derive({ interventions: Object.freeze([...interventions].sort((a, b) => a.time - b.time)) });
  }

  /** Whether two frames are equal in every value, time and name. */
  equals(other: SeriesFrame): boolean {
    if (this.id !== other.id || !sameTimeAxis(this.time, other.time)) return false;
    if (
      JSON.stringify([this.statics, this.interventions]) !==
      JSON.stringify([other.statics, other.interventions])
    ) {
      return false;
    }
    if (this.channels.length !== other.channels.length) return false;
    return this.channels.every((mine, i) => {
      const theirs = other.channels[i];
      if (theirs === undefined || mine.name !== theirs.name || mine.role !== theirs.role) return false;
      return mine.unit === theirs.unit && mine.values.every((value, t) => Object.is(value, theirs.values[t]));
    });
  }

  /** A frame of parts that were already checked, without copying them. */
  #derive(parts: Partial<Pick<SeriesFrame, 'id' | 'time' | 'channels' | 'interventions'>>): SeriesFrame {
    const frame: SeriesFrame = Object.create(SeriesFrame.prototype);
    return Object.assign(frame, {
      id: parts.id ?? this.id,
      time: parts.time ?? this.time,
      channels: Object.freeze(parts.channels ?? this.channels),
      statics: this.statics,
      interventions: parts.interventions ?? this.interventions,
    });
  }
}

function frameError(id: string, expected: string, found: string): TesseraError {
  return new TesseraError({
    code: 'FRAME_INVALID',
    argument: `series "${id}"`,
    expected,
    found,
    wayOut: 'Correct the channels of this series',
  });
}
