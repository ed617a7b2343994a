import { regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { Forecast } from '../../src/forecast/forecast.js';
import { forecastFromJSON } from '../../src/forecast/forecast-from-json.js';

const time = regularTimeAxis({ start: Date.UTC(2024, 0, 31), frequency: 'M', length: 5 });
const forecast = new Forecast({
  model: 'naive',
  horizon: 2,
  levels: [80],
  quantileLevels: [0.1, 0.5, 0.9],
  series: [
    {
      id: 'a "b"',
      time: time.future(2),
      channels: ['y', 'z'],
      point: Float64Array.of(1, 2, 3, 4),
      quantiles: Float64Array.of(
        0,
        1,
        2,
        Number.NEGATIVE_INFINITY,
        2,
        Number.POSITIVE_INFINITY,
        2,
        3,
        4,
        3,
        4,
        5,
      ),
    },
  ],
});

describe('the JSON of a forecast', () => {
  it('comes back to the same forecast, infinite bounds and month ends included', () => {
    const back = forecastFromJSON(JSON.parse(JSON.stringify(forecast)));
    expect(back.get('a "b"').quantiles).toEqual(forecast.get('a "b"').quantiles);
    expect(Array.from(back.get('a "b"').time.times())).toEqual(Array.from(time.future(2).times()));
    expect(back).toEqual(forecast);
  });

  it.each([
    [{}, 'version'],
    [{ ...JSON.parse(JSON.stringify(forecast)), horizon: 0 }, 'horizon'],
    [{ ...JSON.parse(JSON.stringify(forecast)), extra: 1 }, 'extra'],
  ])('refuses what it is not: %#', (data, word) => {
    expect(() => forecastFromJSON(data)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
    expect(() => forecastFromJSON(data)).toThrow(word);
  });

  it('refuses numbers that do not fit their shapes', () => {
    const data = JSON.parse(JSON.stringify(forecast));
    data.series[0].point.pop();
    expect(() => forecastFromJSON(data)).toThrow(expect.objectContaining({ code: 'FORECAST_INVALID' }));
  });
});

describe('the chart of a forecast', () => {
  const history = new SeriesSet([
    new SeriesFrame({
      id: 'a "b"',
      time,
      channels: [
        { name: 'y', unit: 'kW', values: [1, 2, Number.NaN, 4, 5] },
        { name: 'z', values: [1, 2, 3, 4, 5] },
      ],
    }),
  ]);

  it('draws history and forecast per channel, and leaves unbounded bands open', () => {
    const text = JSON.stringify(forecast.toVegaLite(history, { title: 'Two' }));
    expect(text).toContain('Two');
    expect(text).toContain('kW');
    expect(text).not.toContain('Infinity');
  });

  it('says how many panels were left out', () => {
    const wide = new Forecast({
      ...forecast,
      series: [
        {
          ...forecast.get('a "b"'),
          channels: ['x', 'y', 'z'],
          point: new Float64Array(6),
          quantiles: new Float64Array(18),
        },
      ],
    });
    const text = JSON.stringify(wide.toVegaLite(undefined, { title: 'Three', maxPanels: 2 }));
    expect(text).toContain('The first 2 of 3 series and channels');
  });
});
