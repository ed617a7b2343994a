/**
 * Which rows stand beside the target in a patch model: past covariates, future covariates and, where channels are mixed, the other
 * targets. Settled once by the set it is fitted to; a context that lacks one of them is refused by name.
 */
import { type SeriesFrame, type SeriesSet, sameTimeAxis, TesseraError } from '@tessera/core';
import { z } from 'zod';

const names = z.array(z.string()).readonly().default([]);

export const patchInputsSchema = z.strictObject({
  /** All targets, where they are mixed; else none, and any target will do. */
  targets: names,
  /** Rows known up to the origin: other targets, then past covariates. */
  past: names,
  /** Rows known over the horizon as well. */
  future: names,
});
export type PatchInputs = z.output<typeof patchInputsSchema>;

/** One target channel of one series with the rows beside it. */
export interface ChannelSeries {
  readonly id: string;
  readonly channel: string;
  /** Shape `[T]`; NaN where not observed. */
  readonly values: Float64Array;
  /** Place among the mixed targets; 0 where they are not mixed. */
  readonly place: number;
  /** Each of shape `[T]`. */
  readonly past: readonly Float64Array[];
  /** Each of shape `[T]`, or longer where the future is known. */
  readonly future: readonly Float64Array[];
  /** UTC milliseconds of each step, shape `[T]`, for policies that read the calendar. */
  readonly times?: Float64Array | undefined;
}

interface InputChoice {
  readonly channels: 'independent' | 'mixed';
  readonly covariates: 'use' | 'ignore';
}

/** The rows that a set offers, by the channels of its first series. */
export function settleInputs(set: SeriesSet, { channels, covariates }: InputChoice): PatchInputs {
  const [first] = set.frames;
  const named = (role: 'target' | 'past' | 'future') => first.withRole(role).map(({ name }) => name);
  const isUsed = covariates === 'use';
  const targets = channels === 'mixed' && first.targets.length > 1 ? named('target') : [];
  return {
    targets,
    past: [...targets.slice(1), ...(isUsed ? named('past') : [])],
    future: isUsed ? named('future') : [],
  };
}

/**
 * Every target channel of a set as a series of its own.
 *
 * @param future what is known after each history, by id; where given, it must hold at least `horizon` steps
 * @param withTimes whether a policy may read the calendar. Default no times
 * @throws TesseraError CHANNEL_UNKNOWN, FUTURE_MISSING
 */
export function channelSeries(
  set: SeriesSet,
  inputs: PatchInputs,
  future?: { readonly frames: SeriesSet | undefined; readonly horizon: number },
  withTimes = false,
): ChannelSeries[] {
  return set.frames.flatMap((frame) => {
    const times = withTimes ? { times: timesOf(frame) } : {};
    const known = inputs.future.map((name) =>
      future === undefined
        ? frame.channel(name).values
        : joined(frame, name, futureOf(frame, future.frames, future.horizon)),
    );
    const covariates = inputs.past.slice(Math.max(0, inputs.targets.length - 1));
    const past = covariates.map((name) => frame.channel(name).values);
    const mixed = inputs.targets.map((name) => frame.channel(name).values);
    return frame.targets.map(({ name, values }): ChannelSeries => {
      const place = inputs.targets.length === 0 ? 0 : placeOf(frame, name, inputs.targets);
      // The others follow in a circle, so that each row keeps its distance to the target.
      const others = mixed.slice(1).map((_, i) => mixed[(place + 1 + i) % mixed.length]);
      return {
        id: frame.id,
        channel: name,
        values,
        place,
        past: [...others, ...past],
        future: known,
        ...times,
      };
    });
  });
}

function timesOf({ time }: SeriesFrame): Float64Array {
  return Float64Array.from({ length: time.length }, (_, t) => time.timeAt(t));
}

function placeOf(frame: SeriesFrame, name: string, targets: readonly string[]): number {
  const place = targets.indexOf(name);
  if (place >= 0) return place;
  throw new TesseraError({
    code: 'CHANNEL_UNKNOWN',
    argument: `channel of series "${frame.id}"`,
    expected: `one of ${targets.join(', ')}, which were mixed when it was fitted`,
    found: `"${name}"`,
    wayOut: 'Give the same channels, or fit with model.channels "independent"',
  });
}

function futureOf(frame: SeriesFrame, frames: SeriesSet | undefined, horizon: number): SeriesFrame {
  const found = frames?.frames.find(({ id }) => id === frame.id);
  const missing = (what: string) =>
    new TesseraError({
      code: 'FUTURE_MISSING',
      argument: `predict options.future, series "${frame.id}"`,
      expected: `${horizon} steps of future covariates that follow the history`,
      found: what,
      wayOut: 'Give their values over the horizon, or fit with model.covariates "ignore"',
    });
  if (found === undefined) throw missing('none');
  if (found.length < horizon) throw missing(`${found.length} steps`);
  const follows =
    frame.time.kind === 'regular' && sameTimeAxis(frame.time.future(horizon), found.time.slice(0, horizon));
  if (!follows) throw missing('steps of other times');
  return found;
}

function joined(frame: SeriesFrame, name: string, future: SeriesFrame): Float64Array {
  const history = frame.channel(name).values;
  const ahead = future.channel(name).values;
  const all = new Float64Array(history.length + ahead.length);
  all.set(history);
  all.set(ahead, history.length);
  return all;
}
