import { SeriesFrame } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { ets } from '../../src/classical/ets.js';
import { nlinear } from '../../src/classical/linear/linear.js';
import { naive } from '../../src/classical/naive.js';
import type { Forecaster, PredictOptions } from '../../src/forecaster/forecaster.js';
import { forecasterFromRecipe } from '../../src/forecaster/registry.js';
import { withConformalIntervals } from '../../src/intervals/conformal-forecaster.js';
import { daily, setOf, weekly } from '../classical/example-sets.js';

/** Counts fits and predictions of a forecaster. */
function counted(inner: Forecaster) {
  const calls = { fits: 0, contexts: 0, futures: [] as (number | undefined)[] };
  const forecaster: Forecaster = {
    ...inner,
    fit: async (set, options) => {
      calls.fits += 1;
      const fitted = await inner.fit(set, options);
      return {
        ...fitted,
        notes: fitted.notes,
        name: fitted.name,
        recipe: fitted.recipe,
        acceptsContext: fitted.acceptsContext,
        predict: (request: PredictOptions = {}) => {
          if (request.context !== undefined) calls.contexts += 1;
          calls.futures.push(request.future?.frames[0].channel('price').values[0]);
          return fitted.predict(request);
        },
      };
    },
  };
  return { forecaster, calls };
}

describe('withConformalIntervals', () => {
  it('takes the errors of earlier origins, by step', async () => {
    // Naive errors over one and two steps from the origins 3, 4, 5, 6.
    const values = [0, 0, 0, 1, 3, 6, 10, 15];
    const fitted = await withConformalIntervals(naive(), { windows: 4, errors: 'signed' }).fit(
      setOf(daily('a', values)),
      { horizon: 2 },
    );
    const forecast = await fitted.predict({ levels: [50] });
    expect([...forecast.point('a')]).toEqual([15, 15]);
    // One step: 1, 2, 3, 4; two steps: 3, 5, 7, 9. Ranks floor(5 * 0.25) = 1 and ceil(5 * 0.75) = 4.
    expect(forecast.interval('a', 50)).toEqual({
      lower: Float64Array.of(16, 18),
      upper: Float64Array.of(19, 24),
    });
    const narrow = await fitted.predict({ levels: [90] });
    expect(narrow.notes).toMatchObject([{ kind: 'few-residuals', id: 'a', channel: 'y', count: 2 }]);
  });

  it('fits once where context is accepted, else at each origin', async () => {
    const set = setOf(daily('a', weekly(60)));
    const cheap = counted(naive());
    await withConformalIntervals(cheap.forecaster, { windows: 5 }).fit(set, { horizon: 3 });
    expect([cheap.calls.fits, cheap.calls.contexts]).toEqual([2, 4]);
    const dear = counted(ets());
    await withConformalIntervals(dear.forecaster, { windows: 5 }).fit(set, { horizon: 3 });
    expect([dear.calls.fits, dear.calls.contexts]).toEqual([6, 0]);
  });

  it('never fits on what it calibrates with', async () => {
    const values = weekly(60);
    const planted = values.map((y, t) => (t >= 60 - 3 - 4 ? y + 1e6 : y));
    const seen: number[] = [];
    const spy: Forecaster = {
      ...naive(),
      fit: async (set, options) => {
        seen.push(Math.max(...set.frames[0].channel('y').values));
        return naive().fit(set, options);
      },
    };
    await withConformalIntervals(spy, { windows: 5 }).fit(setOf(daily('a', planted)), { horizon: 3 });
    expect(seen.map((most) => most > 1e5)).toEqual([false, true]);
  });

  it('hands on the covariates that were known ahead', async () => {
    const { id, time, channels } = daily('a', weekly(30));
    const price = Array.from({ length: 30 }, (_, t) => t);
    const frame = new SeriesFrame({
      id,
      time,
      channels: [...channels, { name: 'price', role: 'future', values: price }],
    });
    const { forecaster, calls } = counted(naive());
    await withConformalIntervals(forecaster, { windows: 3, step: 2 }).fit(setOf(frame), { horizon: 4 });
    expect(calls.futures).toEqual([22, 24, 26]);
  });

  it('keeps the points, works for global forecasters, and comes back from its recipe', async () => {
    const set = setOf(daily('a', weekly(90)), daily('b', weekly(90, 2)));
    const inner = nlinear({ lookback: 7 });
    const wrapped = withConformalIntervals(inner, { windows: 6 });
    expect([wrapped.name, wrapped.scope, wrapped.acceptsContext]).toEqual([
      'nlinear-conformal',
      'global',
      true,
    ]);
    const forecast = await (await wrapped.fit(set, { horizon: 3 })).predict();
    const plain = await (await inner.fit(set, { horizon: 3 })).predict();
    expect([...forecast.point('b')]).toEqual([...plain.point('b')]);
    const again = forecasterFromRecipe(JSON.parse(JSON.stringify(wrapped.recipe)));
    const same = await (await again.fit(set, { horizon: 3 })).predict();
    expect([...same.interval('b', 80).upper]).toEqual([...forecast.interval('b', 80).upper]);
  });

  it('says what it needs, and what it cannot answer', async () => {
    const wrapped = withConformalIntervals(naive(), { windows: 5 });
    await expect(wrapped.fit(setOf(daily('a', weekly(7))), { horizon: 3 })).rejects.toMatchObject({
      code: 'SERIES_TOO_SHORT',
      message:
        'SERIES_TOO_SHORT: series "a": expected at least 8 steps: a horizon of 3 after each of 5 origins 1 apart, found 7. Ask for fewer windows or a shorter step, or leave the series out.',
    });
    const fitted = await wrapped.fit(setOf(daily('a', weekly(30))), { horizon: 3 });
    await expect(fitted.predict({ horizon: 4 })).rejects.toMatchObject({ code: 'HORIZON_TOO_LONG' });
    expect(() => withConformalIntervals(naive(), { windows: 0 })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    );
    expect(() => forecasterFromRecipe({ name: 'conformal', options: {} })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    );
    await expect(
      wrapped.fit(setOf(daily('a', weekly(30))), { horizon: 3, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
  });
});
