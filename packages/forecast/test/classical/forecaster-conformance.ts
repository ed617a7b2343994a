/** What every forecaster must do, whatever its method: run once for each of them. */
import { irregularTimeAxis, regularTimeAxis, SeriesFrame, type SeriesSet, TesseraError } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../src/forecast/forecast.js';
import type { Forecaster } from '../../src/forecaster/forecaster.js';
import { forecasterFromRecipe } from '../../src/forecaster/registry.js';
import { daily, setOf, weekly, without } from './example-sets.js';

export interface ConformanceOptions {
  readonly create: () => Forecaster;
  /**
   * What may be done to the values so that forecasts follow: `affine`: any scale and shift; `scale`: a positive scale.
   */
  readonly equivariance: 'affine' | 'scale';
  /** Relative to the size of the forecasts; optimisers stop where they like. */
  readonly tolerance: number;
}

const horizon = 9;
const history = weekly(84);

async function forecastOf(forecaster: Forecaster, set: SeriesSet, steps = horizon): Promise<Forecast> {
  const fitted = await forecaster.fit(set, { horizon: steps });
  return fitted.predict();
}

/** Every number of a forecast as bytes. */
function bytesOf(forecast: Forecast): string {
  return forecast.series
    .flatMap(({ point, quantiles }) => [point, quantiles])
    .map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength).toString('hex'))
    .join('|');
}

/** Either an honest forecast or an error that a caller can act on. */
async function outcomeOf(
  forecaster: Forecaster,
  set: SeriesSet,
  steps: number,
): Promise<Forecast | TesseraError> {
  try {
    return await forecastOf(forecaster, set, steps);
  } catch (error) {
    if (TesseraError.is(error)) return error;
    throw error;
  }
}

function expectHonest(forecast: Forecast): void {
  for (const { point, quantiles } of forecast.series) {
    expect(point.every(Number.isFinite)).toBe(true);
    expect(quantiles.every(Number.isFinite)).toBe(true);
  }
}

export function describeForecaster(
  name: string,
  { create, equivariance, tolerance }: ConformanceOptions,
): void {
  describe(`forecaster ${name}`, () => {
    it('answers in the shape that was asked for, on the steps that follow', async () => {
      const fitted = await create().fit(setOf(daily('a', history)), { horizon });
      const forecast = await fitted.predict({ levels: [95, 80], quantiles: [0.3, 0.975] });
      expect(forecast.model).toBe(name);
      expect(forecast.horizon).toBe(horizon);
      expect(forecast.levels).toEqual([80, 95]);
      expect(forecast.quantileLevels).toEqual([0.025, 0.1, 0.3, 0.5, 0.9, 0.975]);
      const { id, time, channels, point, quantiles } = forecast.get('a');
      expect([id, channels]).toEqual(['a', ['y']]);
      expect([point.length, quantiles.length]).toEqual([horizon, horizon * 6]);
      const last = daily('a', history).time.timeAt(history.length - 1);
      expect([...time.times()]).toEqual(
        Array.from({ length: horizon }, (_, h) => last + (h + 1) * 86_400_000),
      );
      expectHonest(forecast);
    });

    it('puts the point and the median inside of the intervals, and the intervals inside of wider ones', async () => {
      const forecast = await forecastOf(create(), setOf(daily('a', history)));
      const point = forecast.point('a');
      const [narrow, wide] = [forecast.interval('a', 80), forecast.interval('a', 95)];
      const median = forecast.quantile('a', 0.5);
      for (let h = 0; h < horizon; h++) {
        expect(median[h]).toBe(point[h]);
        const ascending = [wide.lower[h], narrow.lower[h], point[h], narrow.upper[h], wide.upper[h]];
        expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
        expect(wide.upper[h]).toBeGreaterThan(wide.lower[h]);
      }
    });

    it('keeps month ends where the history has them', async () => {
      const frame = new SeriesFrame({
        id: 'a',
        time: regularTimeAxis({ start: Date.UTC(2016, 0, 31), frequency: 'M', length: 84 }),
        channels: [{ name: 'y', values: history }],
      });
      const { time } = (await forecastOf(create(), setOf(frame), 2)).get('a');
      expect([...time.times()]).toEqual([Date.UTC(2023, 0, 31), Date.UTC(2023, 1, 28)]);
    });

    it('gives the same bits again, whatever it fitted in between', async () => {
      const set = setOf(daily('a', history));
      const first = await forecastOf(create(), set);
      await forecastOf(create(), setOf(daily('b', weekly(60, 7))));
      expect(bytesOf(await forecastOf(create(), set))).toBe(bytesOf(first));
      const fitted = await create().fit(set, { horizon });
      const [one, two] = [await fitted.predict(), await fitted.predict()];
      expect(bytesOf(one)).toBe(bytesOf(first));
      expect(bytesOf(two)).toBe(bytesOf(first));
    });

    it('gives the same bits from its recipe, which is plain data', async () => {
      const { recipe } = create();
      const copy: typeof recipe = JSON.parse(JSON.stringify(recipe));
      expect(copy).toEqual(recipe);
      const set = setOf(daily('a', history));
      const again = forecasterFromRecipe(copy);
      expect(again.recipe).toEqual(recipe);
      expect(bytesOf(await forecastOf(again, set))).toBe(bytesOf(await forecastOf(create(), set)));
    });

    it('does not write to what it is given', async () => {
      const frame = daily(
        'a',
        without(history, (t) => t % 11 === 5),
      );
      const before = frame.channel('y').values.slice();
      await forecastOf(create(), setOf(frame));
      expect([...frame.channel('y').values]).toEqual([...before]);
    });

    it('does not look behind the end of a history that is the beginning of a longer one', async () => {
      const longer = daily('a', [...history, 1e6, -1e6, 1e6]);
      const cut = await forecastOf(create(), setOf(longer.slice(0, history.length)));
      expect(bytesOf(cut)).toBe(bytesOf(await forecastOf(create(), setOf(daily('a', history)))));
    });

    it(`follows a change of ${equivariance === 'affine' ? 'unit and origin' : 'unit'}`, async () => {
      const shift = equivariance === 'affine' ? -300 : 0;
      const base = (await forecastOf(create(), setOf(daily('a', history)))).get('a');
      const moved = (
        await forecastOf(
          create(),
          setOf(
            daily(
              'a',
              history.map((y) => 1000 * y + shift),
            ),
          ),
        )
      ).get('a');
      for (const part of ['point', 'quantiles'] as const) {
        base[part].forEach((value, i) => {
          expect(Math.abs(moved[part][i] - (1000 * value + shift))).toBeLessThan(1e5 * tolerance);
        });
      }
    });

    it('repeats a constant', async () => {
      const forecast = await forecastOf(create(), setOf(daily('a', new Float64Array(60).fill(5))));
      for (const value of forecast.point('a')) expect(value).toBeCloseTo(5, 6);
      const { lower, upper } = forecast.interval('a', 95);
      for (let h = 0; h < horizon; h++) expect(upper[h] - lower[h]).toBeLessThan(1e-5);
    });

    it.each([
      ['at the start', (t: number) => t < 10],
      ['in the middle', (t: number) => t >= 40 && t < 44],
      ['at the end', (t: number) => t >= 82],
      ['here and there', (t: number) => t % 17 === 3],
    ])('forecasts with values missing %s, and counts them', async (_, isMissing) => {
      const fitted = await create().fit(setOf(daily('a', without(history, isMissing))), { horizon });
      const forecast = await fitted.predict();
      expectHonest(forecast);
      const reference = (await forecastOf(create(), setOf(daily('a', history)))).point('a');
      // A few values less move a forecast by about the noise of the series, not by its season or trend.
      forecast.point('a').forEach((value, h) => {
        expect(Math.abs(value - reference[h])).toBeLessThan(20);
      });
      for (const note of [...fitted.notes, ...forecast.notes]) {
        expect(note.count).toBeGreaterThan(0);
        expect(note.detail).toMatch(/^\S.*\.$/);
      }
    });

    it('says so where nothing was observed', async () => {
      const outcome = await outcomeOf(
        create(),
        setOf(daily('empty', new Float64Array(60).fill(Number.NaN))),
        3,
      );
      expect(outcome).toMatchObject({
        code: 'SERIES_TOO_SHORT',
        argument: expect.stringContaining('"empty"'),
      });
    });

    it('forecasts short histories honestly, or says what it needs', async () => {
      for (const length of [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 20, 25]) {
        const outcome = await outcomeOf(create(), setOf(daily('short', history.slice(0, length))), 7);
        if (outcome instanceof Error) {
          expect(['SERIES_TOO_SHORT', 'FIT_FAILED']).toContain(outcome.code);
          expect(outcome.argument).toContain('"short"');
          expect(length).toBeLessThan(25);
        } else {
          expectHonest(outcome);
        }
      }
    });

    it('forecasts further than its history is long, or says that it cannot', async () => {
      const outcome = await outcomeOf(create(), setOf(daily('a', history.slice(0, 42))), 60);
      if (outcome instanceof Error) expect(['SERIES_TOO_SHORT', 'FIT_FAILED']).toContain(outcome.code);
      else expectHonest(outcome);
    });

    it('forecasts values of any size', async () => {
      for (const size of [1e-12, 1e12]) {
        expectHonest(
          await forecastOf(
            create(),
            setOf(
              daily(
                'a',
                history.map((y) => y * size),
              ),
            ),
          ),
        );
      }
      expectHonest(
        await forecastOf(
          create(),
          setOf(
            daily(
              'a',
              history.map((y) => y - 100),
            ),
          ),
        ),
      );
      expectHonest(
        await forecastOf(
          create(),
          setOf(
            daily(
              'a',
              history.map((_, t) => (t < 60 ? 0 : 1)),
            ),
          ),
        ),
      );
    });

    it('stops when it is told to', async () => {
      const set = setOf(...Array.from({ length: 4 }, (_, i) => daily(`s${i}`, weekly(60, i))));
      const aborted = AbortSignal.abort();
      await expect(create().fit(set, { horizon, signal: aborted })).rejects.toMatchObject({
        code: 'OPERATION_ABORTED',
      });
      const controller = new AbortController();
      const underWay = create().fit(set, {
        horizon,
        signal: controller.signal,
        onProgress: () => controller.abort(),
      });
      await expect(underWay).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    });

    it('names every series that it cannot be fitted to', async () => {
      const bad = new Float64Array(60).fill(Number.NaN);
      const set = setOf(daily('bad', bad), daily('good', history), daily('worse', bad));
      await expect(create().fit(set, { horizon })).rejects.toMatchObject({
        code: 'FIT_FAILED',
        found: expect.stringMatching(/^2 failures: .*"bad".*"worse"/),
        cause: expect.objectContaining({ errors: [expect.anything(), expect.anything()] }),
      });
    });

    it('forecasts many series and targets, each with its own name', async () => {
      const frames = Array.from({ length: 3 }, (_, i) => {
        const { id, time, channels } = daily(`s${i}`, weekly(84, i));
        const more = { name: 'z', values: weekly(84, i + 10).map((y) => 5 * y) };
        return new SeriesFrame({ id, time, channels: [...channels, more] });
      });
      const forecast = await forecastOf(create(), setOf(...frames));
      expect(forecast.ids).toEqual(['s0', 's1', 's2']);
      expectHonest(forecast);
      for (const { channels } of forecast.series) expect(channels).toEqual(['y', 'z']);
      const mean = (values: Float64Array) => values.reduce((sum, y) => sum + y, 0) / values.length;
      expect(mean(forecast.point('s1', 'z')) / mean(forecast.point('s1', 'y'))).toBeCloseTo(5, 0);
      if (create().scope === 'global') return;
      // Local: a channel’s forecast is the one it gets alone.
      const alone = await forecastOf(create(), setOf(frames[1].select(['z'])));
      expect([...forecast.point('s1', 'z')]).toEqual([...alone.point('s1')]);
      expect([...forecast.quantile('s1', 0.9, 'z')]).toEqual([...alone.quantile('s1', 0.9)]);
    });

    it('names the covariates that it does not use', async () => {
      const { id, time, channels } = daily('a', history);
      const set = setOf(
        new SeriesFrame({
          id,
          time,
          channels: [...channels, { name: 'price', role: 'future', values: history }],
        }),
      );
      const fitted = await create().fit(set, { horizon });
      expect(fitted.notes).toContainEqual(
        expect.objectContaining({ kind: 'covariates-ignored', detail: expect.stringContaining('price') }),
      );
      expect(bytesOf(await fitted.predict())).toBe(
        bytesOf(await forecastOf(create(), setOf(daily('a', history)))),
      );
    });

    it('asks for a regular time axis', async () => {
      const times = Array.from(history, (_, t) => 1000 * t * t);
      const frame = new SeriesFrame({
        id: 'a',
        time: irregularTimeAxis(times),
        channels: [{ name: 'y', values: history }],
      });
      await expect(create().fit(setOf(frame))).rejects.toMatchObject({
        code: 'TIME_IRREGULAR',
        wayOut: expect.stringContaining('frequency'),
      });
    });

    it.each([
      [{ horizon: 0 }, 'OPTIONS_INVALID'],
      [{ horizon: 1.5 }, 'OPTIONS_INVALID'],
      [{ levels: [0] }, 'LEVEL_INVALID'],
      [{ levels: [100] }, 'LEVEL_INVALID'],
      [{ levels: [Number.NaN] }, 'OPTIONS_INVALID'],
      [{ quantiles: [1] }, 'LEVEL_INVALID'],
    ])('refuses to predict with %j', async (options, code) => {
      const fitted = await create().fit(setOf(daily('a', history)), { horizon });
      await expect(fitted.predict(options)).rejects.toMatchObject({ code });
    });

    it('forecasts fewer steps with the same numbers, and more only where it can', async () => {
      const fitted = await create().fit(setOf(daily('a', history)), { horizon });
      const all = await fitted.predict();
      const few = await fitted.predict({ horizon: 3 });
      expect([...few.point('a')]).toEqual([...all.point('a').subarray(0, 3)]);
      expect([...few.quantile('a', 0.9)]).toEqual([...all.quantile('a', 0.9).subarray(0, 3)]);
      const more = await fitted.predict({ horizon: 30 }).catch((error: unknown) => error);
      if (more instanceof Error) expect(more).toMatchObject({ code: 'HORIZON_TOO_LONG' });
      else expect(more).toMatchObject({ horizon: 30 });
    });

    it('forecasts from another history, or says that it cannot', async () => {
      const longer = weekly(100);
      const fitted = await create().fit(setOf(daily('a', longer.slice(0, 84))), { horizon });
      const context = setOf(daily('a', longer).slice(10, 100));
      expect(fitted.acceptsContext).toBe(create().acceptsContext);
      if (!fitted.acceptsContext) {
        await expect(fitted.predict({ context })).rejects.toMatchObject({ code: 'CONTEXT_UNSUPPORTED' });
        return;
      }
      const same = await fitted.predict({ context: setOf(daily('a', longer.slice(0, 84))) });
      const own = await fitted.predict();
      own.point('a').forEach((value, h) => {
        expect(same.point('a')[h]).toBeCloseTo(value, 9);
      });
      const moved = await fitted.predict({ context });
      expectHonest(moved);
      expect(moved.get('a').time.timeAt(0)).toBe(daily('a', longer).time.timeAt(99) + 86_400_000);
      const unlike = setOf(context.frames[0].withChannels([{ name: 'other', values: longer.slice(10) }]));
      if (create().scope === 'global') return;
      await expect(fitted.predict({ context: unlike })).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' });
      const stranger = setOf(context.frames[0].withId('stranger'));
      await expect(fitted.predict({ context: stranger })).rejects.toMatchObject({ code: 'SERIES_UNKNOWN' });
    });
  });
}
