/** What every event task must do: one suite, run over all of them at their default options. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  decoyTask,
  type EventDecision,
  type EventTask,
  type EventWindows,
  echoTask,
  eventTaskByName,
  eventTaskNames,
  lastChangeTask,
  motifTask,
  noiseTask,
  seasonalTask,
} from '../../../src/synthetic/index.js';
import { digest, mean, meanSquare, standardDeviation } from '../statistics.js';
import { thrown } from '../thrown.js';
import {
  echoAnswer,
  lastChangeReader,
  loneliestStep,
  motifReader,
  type Reader,
  readerError,
  seasonalReader,
} from './readers.js';

interface TaskCase {
  readonly name: string;
  readonly task: EventTask<EventDecision>;
  readonly golden: string;
  readonly reader: Reader;
  readonly hasEvent: boolean;
  readonly smaller: EventTask<EventDecision>;
}

const [echo, decoy, motif] = [echoTask({ seed: 3 }), decoyTask({ seed: 3 }), motifTask({ seed: 3 })];
const [lastChange, seasonal, noise] = [
  lastChangeTask({ seed: 3 }),
  seasonalTask({ seed: 3 }),
  noiseTask({ seed: 3 }),
];
const small = { lookback: 64, horizon: 8, seed: 3 };

const cases: TaskCase[] = [
  {
    name: 'echo',
    task: echo,
    golden: '7bf8c2be48c8a39a',
    reader: (seen) => echoAnswer(loneliestStep(seen), echo.options),
    hasEvent: true,
    smaller: echoTask(small),
  },
  {
    name: 'decoy',
    task: decoy,
    golden: 'b6fdb48351c239ec',
    reader: (seen) => echoAnswer(loneliestStep(seen), decoy.options),
    hasEvent: true,
    smaller: decoyTask({ ...small, decoys: 5 }),
  },
  {
    name: 'motif',
    task: motif,
    golden: 'ba62cdb836fdaeb2',
    reader: motifReader(motif),
    hasEvent: true,
    smaller: motifTask({ ...small, templateLength: 6 }),
  },
  {
    name: 'last-change',
    task: lastChange,
    golden: 'db551b54e438ec9f',
    reader: lastChangeReader(lastChange.options),
    hasEvent: true,
    smaller: lastChangeTask(small),
  },
  {
    name: 'seasonal',
    task: seasonal,
    golden: '65b2bae4a016bd53',
    reader: seasonalReader(seasonal.options),
    hasEvent: false,
    smaller: seasonalTask(small),
  },
  {
    name: 'noise',
    task: noise,
    golden: '3ce49cf4d621ece5',
    reader: () => new Float64Array(96),
    hasEvent: false,
    smaller: noiseTask(small),
  },
];

/** Mean and standard error of the squared error of forecasts, shape `[B, H]` or `[H]` for all windows, over B windows. */
function windowErrors(
  { count, futures }: EventWindows<EventDecision>,
  forecasts: Float64Array,
): { readonly mean: number; readonly error: number } {
  const H = futures.length / count;
  const errors = Array.from({ length: count }, (_, i) => {
    const forecast = forecasts.length === H ? forecasts : forecasts.subarray(i * H, (i + 1) * H);
    return meanSquare(futures.subarray(i * H, (i + 1) * H), forecast);
  });
  return { mean: mean(errors), error: standardDeviation(errors) / Math.sqrt(count) };
}

describe.each(cases)('the task $name', ({ name, task, golden, reader, smaller }) => {
  const { lookback: L, horizon: H, noiseSd } = task.options;

  it('gives these windows for this seed, now and later', () => {
    const { lookbacks, futures } = smaller.windows({ count: 3, offset: 7 });
    expect(digest(Float64Array.of(...lookbacks, ...futures))).toBe(golden);
  });

  it('gives the same window however it is asked for', () => {
    const { lookbacks, futures, answers, truths } = smaller.windows({ count: 4, offset: 10 });
    const { lookback: l, horizon: h } = smaller.options;
    for (let i = 0; i < 4; i++) {
      const window = smaller.window(10 + i);
      expect(lookbacks.subarray(i * l, (i + 1) * l)).toEqual(window.lookback);
      expect(futures.subarray(i * h, (i + 1) * h)).toEqual(window.future);
      expect(answers.subarray(i * h, (i + 1) * h)).toEqual(window.answer);
      expect(truths[i].decision).toEqual(window.decision);
      expect(truths[i].deciding).toEqual(window.deciding);
      expect(truths[i].distractions).toEqual(window.distractions);
    }
    expect(smaller.window(10).lookback).not.toEqual(smaller.window(11).lookback);
  });

  it('gives windows of its own, which a caller may write to', () => {
    const before = structuredClone(smaller.window(1));
    const spoilt = smaller.window(1);
    for (const values of [spoilt.answer, spoilt.signal, spoilt.signalWithoutEvent, spoilt.lookback])
      values.fill(9);
    expect(smaller.window(1)).toEqual(before);
  });

  it('has other windows for another seed', () => {
    const other = eventTaskByName(name, { ...smaller.options, seed: 4 });
    expect(other.window(0).lookback).not.toEqual(smaller.window(0).lookback);
  });

  it('adds white noise of the sd asked for to lookback and future', () => {
    const residuals: number[] = [];
    for (let i = 0; i < 40; i++) {
      const { lookback, future, signal, answer } = task.window(i);
      residuals.push(...lookback.map((value, t) => value - signal[t]));
      residuals.push(...future.map((value, h) => value - answer[h]));
    }
    expect(Math.abs(standardDeviation(residuals) / noiseSd - 1)).toBeLessThan(
      5 / Math.sqrt(2 * residuals.length),
    );
    expect(Math.abs(mean(residuals)) / noiseSd).toBeLessThan(5 / Math.sqrt(residuals.length));
  });

  describe('over 1,500 windows, within 5 standard errors', () => {
    let sample: EventWindows<EventDecision>;
    beforeAll(() => {
      sample = task.windows({ count: 1500 });
    });

    it('has the floors that it names', () => {
      const oracle = windowErrors(sample, sample.answers);
      expect(Math.abs(oracle.mean - task.floors.oracle)).toBeLessThan(5 * oracle.error);
      const uninformed = windowErrors(sample, task.uninformedForecast);
      expect(Math.abs(uninformed.mean - task.floors.uninformed)).toBeLessThan(5 * uninformed.error);
      expect(task.floors.oracle).toBe(noiseSd ** 2);
    });

    it('has as its uninformed forecast the mean of what comes', () => {
      for (let h = 0; h < H; h++) {
        const column = Array.from({ length: 1500 }, (_, i) => sample.futures[i * H + h]);
        const error = standardDeviation(column) / Math.sqrt(1500);
        expect(Math.abs(mean(column) - task.uninformedForecast[h])).toBeLessThan(5 * error);
      }
    });
  });

  it('can be read from its lookback nearly as well as the oracle does', () => {
    const reached = readerError(task, reader, 150);
    // The readers estimate levels, amplitudes and phases, and misread an event now and then.
    expect(reached).toBeGreaterThan(0.9 * task.floors.oracle);
    expect(reached).toBeLessThan(2 * task.floors.oracle);
  });

  it('lays windows end to end as a series with its truth', () => {
    const { frame, truth } = smaller.series({ blocks: 3, offset: 5, frequency: 'D' });
    const values = frame.channel('y').values;
    expect(frame.length).toBe(3 * 72);
    expect(frame.id).toBe(name);
    for (let block = 0; block < 3; block++) {
      const window = smaller.window(5 + block);
      const from = block * 72;
      const origin = truth.origins[block];
      expect(origin).toBe(from + 64);
      expect(values.subarray(from, origin)).toEqual(window.lookback);
      expect(values.subarray(origin, from + 72)).toEqual(window.future);
      expect(truth.signal.subarray(from, origin)).toEqual(window.signal);
      expect(truth.signal.subarray(origin, from + 72)).toEqual(window.answer);
      const { deciding, decision, distractions } = truth.events[block];
      expect(decision).toEqual(window.decision);
      expect(deciding?.start).toBe(window.deciding && window.deciding.start + from);
      expect(distractions.map(({ end }) => end)).toEqual(window.distractions.map(({ end }) => end + from));
    }
    values.forEach((value, t) => {
      expect(truth.noise[t]).toBe(value - truth.signal[t]);
    });
  });

  it('is the same by name, and from its resolved options', () => {
    const again = eventTaskByName(name, { ...task.options });
    expect(again.options).toEqual(task.options);
    expect(again.window(2)).toEqual(task.window(2));
    expect(again.floors).toEqual(task.floors);
    expect(task.name).toBe(name);
    expect(task.uninformedForecast).toHaveLength(H);
    expect(task.window(0).lookback).toHaveLength(L);
  });

  it('refuses window numbers that are none', () => {
    for (const index of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(thrown(() => task.window(index)).code).toBe('INDEX_INVALID');
    }
    expect(thrown(() => task.windows({ count: -1 })).code).toBe('INDEX_INVALID');
    expect(task.windows({ count: 0 }).lookbacks).toHaveLength(0);
    expect(thrown(() => task.series({ blocks: 0 })).code).toBe('OPTIONS_INVALID');
  });

  it('refuses options that break its rules', () => {
    const argument = (options: Record<string, unknown>) => {
      const error = thrown(() => eventTaskByName(name, options));
      expect(error.code).toBe('OPTIONS_INVALID');
      return error.argument;
    };
    expect(argument({ lookback: 0 })).toMatch(/options\.lookback$/);
    expect(argument({ horizon: 1.5 })).toMatch(/options\.horizon$/);
    expect(argument({ noiseSd: 0 })).toMatch(/options\.noiseSd$/);
    expect(argument({ seed: -1 })).toMatch(/options\.seed$/);
    expect(argument({ ghosts: 1 })).toMatch(/options$/);
  });
});

describe.each(cases.filter(({ hasEvent }) => hasEvent))(
  'the event of task $name',
  ({ name, task, reader, smaller }) => {
    it('can be read from its lookback, and most of what there is to win with it', () => {
      expect(readerError(task, reader, 150)).toBeLessThan(0.2 * task.floors.uninformed);
    });

    it('cannot be read from another window’s lookback', () => {
      const shuffled = readerError(task, reader, 150, (i) => task.window((i + 1) % 150).lookback);
      expect(shuffled).toBeGreaterThan(task.floors.uninformed);
    });

    it('cannot be read from a lookback whose deciding event is taken out', () => {
      const withoutEvent = readerError(task, reader, 150, (i) => {
        const { lookback, signal, signalWithoutEvent } = task.window(i);
        return lookback.map((value, t) => value - signal[t] + signalWithoutEvent[t]);
      });
      expect(withoutEvent).toBeGreaterThan(0.9 * task.floors.uninformed);
    });

    it('tells where the deciding event is: the first step it changes, and nothing outside', () => {
      for (let i = 0; i < 200; i++) {
        const { deciding, distractions, signal, signalWithoutEvent } = smaller.window(i);
        const changed = Array.from(signal.keys()).filter((t) => signal[t] !== signalWithoutEvent[t]);
        expect(changed[0]).toBe(deciding?.start);
        if (name !== 'last-change') expect((changed.at(-1) ?? 0) + 1).toBe(deciding?.end);
        for (const { start, end } of distractions) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(64);
          expect(end <= (deciding?.start ?? 0) || start >= (deciding?.end ?? 0)).toBe(true);
        }
      }
    });
  },
);

describe.each(cases.filter(({ hasEvent }) => !hasEvent))('the control task $name', ({ task }) => {
  it('has no event', () => {
    const { deciding, distractions } = task.window(0);
    expect(deciding).toBeUndefined();
    expect(distractions).toEqual([]);
  });
});

describe('eventTaskByName', () => {
  it('knows all tasks that were tested here, and no other', () => {
    expect(cases.map(({ name }) => name)).toEqual([...eventTaskNames]);
    expect(thrown(() => eventTaskByName('ghosts')).message).toBe(
      'DATASET_UNKNOWN: event task: expected one of echo, decoy, motif, last-change, seasonal, noise, found "ghosts". Use one of these names.',
    );
    expect(thrown(() => eventTaskByName('constructor')).code).toBe('DATASET_UNKNOWN');
  });
});
