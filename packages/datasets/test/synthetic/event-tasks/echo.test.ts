/** Echo and decoy beyond what all event tasks share: the distribution of the spike, and the best forecast without its truth. */
import { describe, expect, it } from 'vitest';
import { decoyTask, echoTask } from '../../../src/synthetic/index.js';
import { mean, meanSquare } from '../statistics.js';
import { thrown } from '../thrown.js';
import { echoAnswer, loneliestStep, readerError } from './readers.js';

describe('echo', () => {
  it('answers later where the spike came later, over the whole horizon', () => {
    const task = echoTask({ lookback: 50, horizon: 20, answerWidth: 5 });
    const offsets = new Map<number, number>();
    for (let i = 0; i < 2000; i++) {
      const { deciding, decision, answer, signal } = task.window(i);
      const spike = deciding?.start ?? -1;
      expect(signal[spike]).toBe(2);
      expect(answer).toEqual(echoAnswer(spike, task.options));
      offsets.set(spike, decision.offset);
    }
    expect(offsets.size).toBe(50);
    for (const [spike, offset] of offsets) expect(offset).toBe(Math.floor((spike * 16) / 50));
  });

  it('has the mean future of all spikes, which are equally likely', () => {
    const task = echoTask({ lookback: 30, horizon: 12, answerWidth: 4 });
    const answers = Array.from({ length: 30 }, (_, spike) => echoAnswer(spike, task.options));
    let variance = 0;
    for (let h = 0; h < 12; h++) {
      const expected = mean(answers.map((answer) => answer[h]));
      expect(task.uninformedForecast[h]).toBeCloseTo(expected, 12);
      variance += mean(answers.map((answer) => (answer[h] - expected) ** 2)) / 12;
    }
    expect(task.floors.uninformed).toBeCloseTo(0.04 + variance, 12);
  });

  it('forecasts by Bayes as the definition says: likelihood of the whole lookback for each spike', () => {
    const task = echoTask({ lookback: 20, horizon: 8, spikeSize: 0.5, seed: 2 });
    for (let i = 0; i < 20; i++) {
      const { lookback } = task.window(i);
      const likelihoods = Array.from({ length: 20 }, (_, spike) =>
        Math.exp(-lookback.reduce((sum, x, t) => sum + (x - (t === spike ? 0.5 : 0)) ** 2, 0) / (2 * 0.04)),
      );
      const total = likelihoods.reduce((sum, each) => sum + each, 0);
      const forecast = task.bayesForecast?.(lookback) ?? new Float64Array();
      for (let h = 0; h < 8; h++) {
        const expected = likelihoods.reduce(
          (sum, each, spike) => sum + (each / total) * echoAnswer(spike, task.options)[h],
          0,
        );
        expect(forecast[h]).toBeCloseTo(expected, 9);
      }
    }
  });

  it('lies by Bayes between the oracle and the unconditional mean where the spike is small, and beats a guess', () => {
    const task = echoTask({ lookback: 128, spikeSize: 0.6, seed: 5 });
    const bayes = readerError(task, (seen) => task.bayesForecast?.(seen) ?? seen, 400);
    const guess = readerError(task, (seen) => echoAnswer(seen.indexOf(Math.max(...seen)), task.options), 400);
    expect(bayes).toBeGreaterThan(1.5 * task.floors.oracle);
    expect(bayes).toBeLessThan(0.9 * task.floors.uninformed);
    expect(bayes).toBeLessThan(guess);
  });

  it('reaches by Bayes the oracle where the spike is plain, however large it is', () => {
    for (const spikeSize of [2, 1e6]) {
      const task = echoTask({ lookback: 128, spikeSize });
      const { lookback, answer } = task.window(0);
      expect(meanSquare(task.bayesForecast?.(lookback) ?? answer.map(() => Number.NaN), answer)).toBeLessThan(
        1e-12,
      );
    }
  });

  it('refuses a lookback of another length', () => {
    const error = thrown(() => echoTask().bayesForecast?.(new Float64Array(10)));
    expect(error.code).toBe('SHAPE_MISMATCH');
    expect(error.message).toBe(
      'SHAPE_MISMATCH: lookback of task "echo": expected 512 steps, found 10. Give the lookback of one window.',
    );
  });

  it('works with one step of lookback and of horizon', () => {
    const task = echoTask({ lookback: 1, horizon: 1 });
    expect(task.window(0)).toMatchObject({ deciding: { start: 0, end: 1 }, decision: { offset: 0 } });
    expect(task.floors.uninformed).toBe(task.floors.oracle);
  });

  it('refuses an answer that is wider than the horizon', () => {
    const error = thrown(() => echoTask({ horizon: 8, answerWidth: 9 }));
    expect(error.code).toBe('OPTIONS_INVALID');
    expect(error.expected).toBe('an answer that fits into the horizon');
  });
});

describe('decoy', () => {
  it('has as its mean future the mean over every arrangement of pulses and every rank of the spike', () => {
    // Pulses of 1, 2 and 2 steps, one step apart, in 12 steps: all starts are tried.
    const task = decoyTask({
      lookback: 12,
      horizon: 6,
      answerWidth: 2,
      decoys: 2,
      decoyWidth: 2,
      minSpacing: 1,
    });
    const futures: Float64Array[] = [];
    for (let rank = 0; rank < 3; rank++) {
      const widths = [0, 1, 2].map((i) => (i === rank ? 1 : 2));
      for (let a = 0; a < 12; a++) {
        for (let b = a + widths[0] + 1; b < 12; b++) {
          for (let c = b + widths[1] + 1; c + widths[2] <= 12; c++) {
            futures.push(echoAnswer([a, b, c][rank], task.options));
          }
        }
      }
    }
    let variance = 0;
    for (let h = 0; h < 6; h++) {
      const expected = mean(futures.map((future) => future[h]));
      expect(task.uninformedForecast[h]).toBeCloseTo(expected, 12);
      variance += mean(futures.map((future) => (future[h] - expected) ** 2)) / 6;
    }
    expect(task.floors.uninformed).toBeCloseTo(0.04 + variance, 12);
  });

  it('hides the spike among larger and longer pulses', () => {
    const task = decoyTask({ seed: 9 });
    let largest = 0;
    for (let i = 0; i < 300; i++) {
      const { deciding, distractions, signal, lookback } = task.window(i);
      const spike = deciding?.start ?? -1;
      expect(distractions).toHaveLength(20);
      for (const { start, end } of distractions) {
        expect(end - start).toBe(4);
        expect(signal[start]).toBeGreaterThanOrEqual(3);
        expect(signal[start]).toBeLessThan(5);
        expect(new Set(signal.subarray(start, end)).size).toBe(1);
        expect(end + 2 <= spike || start >= spike + 3).toBe(true);
      }
      expect(signal[spike]).toBe(2);
      if (lookback.indexOf(Math.max(...lookback)) === spike) largest += 1;
    }
    expect(largest).toBe(0);
  });

  it('is not solved by its largest sample', () => {
    const task = decoyTask();
    const largest = readerError(
      task,
      (seen) => echoAnswer(seen.indexOf(Math.max(...seen)), task.options),
      200,
    );
    expect(largest).toBeGreaterThan(task.floors.uninformed);
    const loneliest = readerError(task, (seen) => echoAnswer(loneliestStep(seen), task.options), 200);
    expect(loneliest).toBeLessThan(0.2 * task.floors.uninformed);
  });

  it('knows its Bayes forecast only without decoys, where it is echo', () => {
    expect(decoyTask().bayesForecast).toBeUndefined();
    const [plain, echo] = [decoyTask({ decoys: 0 }), echoTask()];
    expect(plain.window(3)).toEqual(echo.window(3));
    expect(plain.floors).toEqual(echo.floors);
    const { lookback } = echo.window(3);
    expect(plain.bayesForecast?.(lookback)).toEqual(echo.bayesForecast?.(lookback));
  });

  it('refuses more pulses than fit, when it is made', () => {
    expect(thrown(() => decoyTask({ lookback: 120 })).message).toBe(
      'PLAN_IMPOSSIBLE: decoyTask options: expected at least 121 steps to hold 21 spans 2 steps apart, found 120 steps in [0, 120). Plan fewer or shorter ones, let them lie closer, or make the series longer.',
    );
    const full = decoyTask({ lookback: 121 });
    expect(full.window(0).distractions).toHaveLength(20);
  });
});
