/** How long work reports and stops. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TesseraError } from '../../src/errors/tessera-error.js';
import { type Progress, progressReporter, throwIfAborted } from '../../src/progress/progress.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('progressReporter', () => {
  it('reports every unit with the time spent and, by the pace so far, the time left', () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const seen: Progress[] = [];
    const report = progressReporter('backtest', 4, (progress) => seen.push(progress));
    clock.mockReturnValue(1100);
    report('series a');
    clock.mockReturnValue(1400);
    report();
    expect(seen).toEqual([
      { stage: 'backtest', done: 1, total: 4, elapsed: 100, remaining: 300, detail: 'series a' },
      { stage: 'backtest', done: 2, total: 4, elapsed: 400, remaining: 400 },
    ]);
  });

  it('has nothing left once all is done, and after more than that', () => {
    const seen: Progress[] = [];
    const report = progressReporter('read', 1, (progress) => seen.push(progress));
    report();
    report();
    expect(seen.map(({ done, remaining }) => [done, remaining])).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it('counts in silence where nobody listens', () => {
    expect(() => progressReporter('read', 1, undefined)('x')).not.toThrow();
  });
});

describe('throwIfAborted', () => {
  it('lets work go on without a signal and before it fires', () => {
    expect(() => throwIfAborted(undefined, 'read')).not.toThrow();
    expect(() => throwIfAborted(new AbortController().signal, 'read')).not.toThrow();
  });

  it('stops work once it fired, with the reason as the cause', () => {
    const reason = new Error('closed the lid');
    try {
      throwIfAborted(AbortSignal.abort(reason), 'backtest');
      expect.fail('no error');
    } catch (error) {
      expect(error).toBeInstanceOf(TesseraError);
      expect(error).toMatchObject({
        message:
          'OPERATION_ABORTED: backtest: expected the work to run to its end, found an abort by the caller. Start it again without aborting the signal.',
        cause: reason,
      });
    }
  });
});
