/** A page with a block of every kind, about births that were made up, for the tests of pages. */
import {
  backtestChart,
  coverageChart,
  errorByStepChart,
  forecastChart,
  type PageOptions,
} from '../../src/charts/index.js';
import { RandomStream, randomKey } from '../../src/random/key.js';
import { births, birthsForecast } from './births.js';

const forecasters = ['seasonal-naive', 'theta', 'mstl', 'naive'];
const draws = new RandomStream(randomKey(7));

const forecast = forecastChart({
  title: 'Births in the next 28 days',
  panels: [
    {
      unit: 'births per day',
      history: births(0, 700, [610, 611, 612, 613, 650, 652]),
      truth: births(700, 728),
      forecasts: [{ forecaster: 'seasonal-naive', points: birthsForecast(700, 28) }],
    },
  ],
});

const byForecaster = forecastChart({
  title: 'The same days by three forecasters',
  panels: [
    {
      unit: 'births per day',
      history: births(0, 700),
      forecasts: forecasters.slice(0, 3).map((forecaster, index) => ({
        forecaster,
        points: birthsForecast(700, 28, 150 * index),
      })),
    },
  ],
});

const scores = backtestChart(
  forecasters.flatMap((forecaster, index) =>
    ['MASE', 'sMAPE'].flatMap((metric) =>
      Array.from({ length: 8 }, () => ({
        forecaster,
        metric,
        value: (metric === 'MASE' ? 1 : 8) * (0.7 + 0.15 * index + 0.2 * draws.uniform()),
      })),
    ),
  ),
  { title: 'Scores on eight windows', units: { sMAPE: '%' } },
);

const errors = errorByStepChart(
  forecasters.flatMap((forecaster, index) =>
    Array.from({ length: 28 }, (_, place) => ({
      forecaster,
      step: place + 1,
      value: 180 + 30 * index + (4 + index) * place + 30 * draws.uniform(),
    })),
  ),
  { title: 'Error by steps ahead', metric: 'mean absolute error', unit: 'births per day' },
);

const coverage = coverageChart(
  forecasters.flatMap((forecaster) =>
    [80, 95].map((level) => ({
      forecaster,
      level,
      coverage: Math.min(100, level - 6 + 10 * draws.uniform()),
    })),
  ),
  { title: 'Coverage of the intervals' },
);

export const examplePage: PageOptions = {
  title: 'Daily births: a forecast for December 1988',
  lead: 'Four forecasters were compared on eight windows of 28 days; the best one forecasts the next 28 days.',
  sections: [
    {
      title: 'Summary',
      blocks: [
        {
          kind: 'facts',
          facts: [
            { label: 'Best forecaster', value: 'seasonal-naive' },
            { label: 'MASE', value: '0.80', detail: 'mean of 8 windows' },
            { label: 'Horizon', value: '28 days' },
          ],
        },
        {
          kind: 'note',
          tone: 'warning',
          title: '95 % intervals are too narrow',
          text: 'They held 91 % of the truth.',
        },
        { kind: 'note', tone: 'good', title: 'No series failed' },
        { kind: 'note', tone: 'bad', title: 'Six days have no count' },
        { kind: 'note', tone: 'info', title: 'All times are in UTC' },
      ],
    },
    {
      title: 'Forecast',
      blocks: [
        { kind: 'text', text: 'The forecast repeats the last week.\n\nGaps are days without a count.' },
        { kind: 'chart', name: 'forecast', spec: forecast },
        {
          kind: 'downloads',
          files: [{ name: 'forecast.csv', mediaType: 'text/csv', content: 'ds,y\n1988-12-01,9950\n' }],
        },
      ],
      sections: [
        { title: 'By forecaster', blocks: [{ kind: 'chart', name: 'by-forecaster', spec: byForecaster }] },
      ],
    },
    {
      title: 'Backtest',
      blocks: [
        {
          kind: 'table',
          caption: 'Mean scores over eight windows',
          columns: [
            { title: 'forecaster' },
            { title: 'MASE', decimals: 3 },
            { title: 'seconds' },
            { title: 'verdict' },
          ],
          rows: [
            [
              { value: 'seasonal-naive', strong: true },
              { value: 0.8, strong: true },
              0.01,
              { value: 'pass', tone: 'good' },
            ],
            ['theta', 0.95, 0.5, { value: 'close', tone: 'warning' }],
            ['naive', 1.25, null, { value: 'fail', tone: 'bad' }],
          ],
        },
        { kind: 'chart', name: 'scores', spec: scores },
        { kind: 'chart', name: 'errors', spec: errors },
        { kind: 'chart', name: 'coverage', spec: coverage },
      ],
    },
    {
      title: 'How it was made',
      blocks: [
        { kind: 'list', items: ['history of 700 days', 'season of 7 days'] },
        {
          kind: 'code',
          text: 'tessera forecast births.csv --time date --target births --horizon 28 --level 80,95',
        },
      ],
    },
  ],
};
