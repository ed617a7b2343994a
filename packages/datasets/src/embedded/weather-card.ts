/** Card of the weather of two cities, and the kinds of weather that its file knows. */
import type { DatasetCard } from '../card/dataset-card.js';

/** What the file may say about a day, in the order of its documentation. */
export const weatherKinds = ['drizzle', 'rain', 'snow', 'sun', 'fog'] as const;

export const weatherCard: DatasetCard = {
  name: 'weather',
  title: 'Daily weather in Seattle and New York, 2012 to 2015',
  summary:
    'Precipitation, temperatures and wind of two cities: several targets with one yearly season and heavy-tailed rain.',
  source: {
    citation:
      'NOAA National Climatic Data Center, Climate Data Online, Global Historical Climatology Network - Daily',
    url: 'https://www.ncdc.noaa.gov/cdo-web/',
  },
  file: { package: 'vega-datasets', path: 'data/weather.csv' },
  licence: {
    name: 'US Government work',
    url: 'https://www.usa.gov/government-works',
    note: 'As stated in datapackage.json of the npm package.',
  },
  frequency: 'D',
  channels: [
    { name: 'precipitation', role: 'target', unit: 'mm', meaning: 'Precipitation of the day' },
    { name: 'temp_max', role: 'target', unit: '°C', meaning: 'Highest temperature of the day' },
    { name: 'temp_min', role: 'target', unit: '°C', meaning: 'Lowest temperature of the day' },
    { name: 'wind', role: 'target', unit: 'm/s', meaning: 'Average wind speed of the day' },
    ...weatherKinds.map((kind) => ({
      name: `weather_${kind}`,
      role: 'past' as const,
      unit: '0 or 1',
      meaning: `Whether the day counts as ${kind}`,
    })),
  ],
  entities: { what: 'city', ids: ['Seattle', 'New York'] },
  range: { first: '2012-01-01T00:00:00Z', last: '2015-12-31T00:00:00Z', steps: 1461 },
  missing: 0,
  seasons: [365],
  horizon: 14,
  events: [
    {
      name: 'Hurricane Sandy',
      kind: 'event',
      start: '2012-10-29',
      end: '2012-10-31',
      series: ['New York'],
      source:
        'National Hurricane Center, Tropical Cyclone Report AL182012, https://www.nhc.noaa.gov/data/tcr/AL182012_Sandy.pdf',
    },
  ],
  quirks: [
    'datapackage.json gives the wind in km/h; the script of the package divides NOAA’s tenths of m/s by ten, so it is m/s.',
    'The kind of weather is derived from the same day’s observations and varies by day: a past covariate of five indicators, not known ahead.',
    'seattle-weather.csv of the same package holds the same rows as Seattle here.',
    'There is no weekly season, although the step is a day.',
  ],
};
